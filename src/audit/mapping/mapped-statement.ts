import { createHash } from "node:crypto";
import type { Statement } from "../../ports/database.ts";
import type { MappedRelations } from "./relations.ts";

/**
 * A statement about a mapped system, written once for each mapping.
 * @param name prepared under it, with what sets the texts of two mappings apart.
 */
export function mappedStatement(
  build: (mapped: MappedRelations) => string,
  name?: string,
): (mapped: MappedRelations) => Statement {
  const made = new WeakMap<MappedRelations, Statement>();
  return (mapped) => {
    const known = made.get(mapped);
    if (known !== undefined) return known;
    const text = build(mapped);
    const statement = name === undefined ? { text } : { text, name: `${name}-${digest(text)}` };
    made.set(mapped, statement);
    return statement;
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
