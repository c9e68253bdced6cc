import { readFileSync } from "node:fs";
import { Failure } from "../../failure/failure.ts";
import { type FieldPath, parseFieldPath } from "../mapping/field-path.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { parseMapping } from "../mapping/parse-mapping.ts";

/** Flags of the commands that audit foreign systems. */
export interface MappingFlags {
  readonly mapping?: string | undefined;
  readonly map?: readonly string[] | undefined;
}

/**
 * @returns undefined where neither a file nor a flag says anything.
 * @throws Failure("usage") for a file that cannot be read, or does not say what it could.
 */
export function readMapping({ mapping: path, map = [] }: MappingFlags): Mapping | undefined {
  if (path === undefined && map.length === 0) return undefined;
  return parseMapping(path === undefined ? undefined : textOf(path), path ?? "--map", map);
}

/** @throws Failure("usage") for a path that is none. */
export function readIdPath(text: string | undefined): FieldPath | undefined {
  if (text === undefined) return undefined;
  const path = parseFieldPath(text);
  if (path !== undefined) return path;
  throw new Failure("usage", {
    what: `--id-path "${text}" names no field`,
    remedy: "write names with dots, as data.order.id, or a JSON pointer, as /data/order/id",
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(
      "usage",
      {
        what: `the mapping ${path} cannot be read: ${why}`,
        remedy: "is the path right? `orders audit map --out FILE` drafts one",
      },
      { cause },
    );
  }
}
