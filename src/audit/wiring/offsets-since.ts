import { parsePointInTime } from "../../runtime/settings/parse-point-in-time.ts";
import type { OpenLogReader } from "./open-log-reader.ts";

/** Where an account begins: at the last reset, with the log itself, at a moment, or at offsets. */
export type Since =
  | { readonly kind: "epoch" }
  | { readonly kind: "beginning" }
  | { readonly kind: "time"; readonly atMs: number };

/**
 * @param text `epoch`, `beginning`, or a moment as every --since takes it: 15m (ago), a date, a time.
 * @throws Failure("usage")
 */
export function parseSince(text: string, nowMs: number): Since {
  if (text === "epoch" || text === "beginning") return { kind: text };
  return { kind: "time", atMs: parsePointInTime(text, "--since", nowMs).getTime() };
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
