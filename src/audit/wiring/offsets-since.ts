import { Failure } from "../../failure/failure.ts";
import type { OpenLogReader } from "./open-log-reader.ts";

/** Where an account begins: at the last reset, with the log itself, at a moment, or at offsets. */
export type Since =
  | { readonly kind: "epoch" }
  | { readonly kind: "beginning" }
  | { readonly kind: "time"; readonly atMs: number };

/**
 * @param text `epoch`, `beginning`, or a time with its zone, as 2026-11-26T10:00:00Z.
 * @throws Failure("usage")
 */
export function parseSince(text: string): Since {
  if (text === "epoch" || text === "beginning") return { kind: text };
  const atMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isFinite(atMs)) return { kind: "time", atMs };
  throw new Failure("usage", {
    what: `--since ${text} is no moment`,
    remedy:
      "give epoch (the last reset), beginning (of the log), or a time with its zone: 2026-11-26T10:00:00Z",
  });
}

/** @returns first offset by partition; undefined: from the last epoch, where there are epochs. */
export async function offsetsSince(
  log: OpenLogReader,
  since: Since,
): Promise<ReadonlyMap<number, number> | undefined> {
  if (since.kind === "epoch") return undefined;
  if (since.kind === "time") return log.offsetsAt(since.atMs);
  return new Map((await log.ranges()).map(({ partition, low }) => [partition, low]));
}
