import { createReadStream, statSync } from "node:fs";
import { Failure } from "../failure/failure.ts";
import type { SentEvidence } from "../journey/story/evidence.ts";
import type { HistoryEntry } from "../load/history.ts";
import { readHistoryPieces } from "../load/history-reader.ts";
import { findStoredRun, listStoredRuns } from "../load/wiring/stored-runs.ts";

export interface FoundInHistories {
  readonly sent: readonly SentEvidence[];
  /** Which were not looked at, where some were not. */
  readonly unknown: string | undefined;
}

/** Of histories that nobody named: a look into more would take longer than all the rest. */
const unaskedBytesMax = 1_073_741_824;

/**
 * What loads recorded of one order: in the files that are named, else in the histories of the stored
 * runs, the newest first, as far as they are still there.
 * @throws Failure("usage") when a file that was named cannot be read.
 */
export async function sentInHistories(
  orderId: string,
  named: { readonly history: string | undefined; readonly run: string | undefined },
): Promise<FoundInHistories> {
  if (named.history !== undefined)
    return { sent: await sentIn(named.history, orderId), unknown: undefined };
  if (named.run !== undefined) {
    const { header, path } = await findStoredRun(named.run);
    if (typeof header.history !== "string") {
      throw new Failure("usage", {
        what: `the run ${path} has no history`,
        meaning: "what was sent, order by order, was not written",
        remedy: "leave --run out, or give the history that another program wrote: --history FILE",
      });
    }
    return { sent: await sentIn(header.history, orderId), unknown: undefined };
  }
  const { runs } = await listStoredRuns();
  const histories = new Set(runs.toReversed().flatMap(({ header }) => header?.history ?? []));
  let bytes = 0;
  for (const path of histories) {
    bytes += sizeOf(path);
    if (bytes > unaskedBytesMax) {
      const unknown = `only the newest histories were looked at; --history FILE names another, such as ${path}`;
      return { sent: [], unknown };
    }
    const sent = await sentIn(path, orderId).catch(() => []);
    if (sent.length > 0) return { sent, unknown: undefined };
  }
  return { sent: [], unknown: undefined };
}

async function sentIn(path: string, orderId: string): Promise<readonly SentEvidence[]> {
  // The bytes first: reading lines costs a hundred times as much.
  if (!/\.gz$/i.test(path) && !(await holds(path, orderId))) return [];
  const wanted = orderId.toLowerCase();
  const sent: SentEvidence[] = [];
  for await (const entries of readHistoryPieces(path))
    for (const entry of entries)
      if (entry.orderId.toLowerCase() === wanted) sent.push(sentEvidence(path, entry));
  return sent;
}

/** @throws Failure("usage") when it cannot be read. */
async function holds(path: string, orderId: string): Promise<boolean> {
  const needles = [orderId, orderId.toLowerCase(), orderId.toUpperCase()].map((id) =>
    Buffer.from(id),
  );
  const overlap = Buffer.byteLength(orderId) - 1;
  let before = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
      const bytes = Buffer.concat([before, chunk as Buffer]);
      if (needles.some((needle) => bytes.includes(needle))) return true;
      before = bytes.subarray(Math.max(0, bytes.length - overlap));
    }
  } catch (cause) {
    throw new Failure(
      "usage",
      {
        what: `the history ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
        remedy: "give the file that `orders produce --history FILE` wrote",
      },
      { cause },
    );
  }
  return false;
}

function sentEvidence(from: string, entry: HistoryEntry): SentEvidence {
  const { state, kind, customerId, lines, intendedAtMs, sentAtMs, answeredAtMs } = entry;
  return { from, state, kind, customerId, lines, intendedAtMs, sentAtMs, answeredAtMs };
}

/** 0 for what is not there any more. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
