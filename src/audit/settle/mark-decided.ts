import type { PartitionRange } from "../../ports/log.ts";
import { idsPerStatement } from "../in-chunks.ts";
import type { AuditSources } from "../ports.ts";
import type { AuditedSchema } from "../read-schema.ts";
import type { LoggedOrder } from "../row-origins.ts";
import { undecidedAmong } from "../undecided-among.ts";
import { type Position, passTo } from "./passed.ts";

/** What the log and the database said together, a while ago. */
export interface Mark {
  /** When it was asked for: what it says was so by the time it was there, and stays so. */
  readonly takenAtMs: number;
  /** Where orders without an outcome stand, by the ids they were sent with; left out: not in the log. */
  readonly positions: ReadonlyMap<string, Position>;
  /** By partition, the offset after the last message that was decided. */
  readonly decided: ReadonlyMap<number, number>;
}

/** Beyond it the log is not searched: its reading would take minutes. */
const messagesMax = 5_000_000;

/**
 * Reads the log of a run, and which of its messages are decided. Memory does not grow with them.
 * @param undecided ids of orders without an outcome.
 * @param since where the run began.
 * @returns undefined where the log cannot be read, or is too long.
 * @throws the signal's reason when it is aborted; PostgreSQL's errors.
 */
export async function markDecided(
  { database, log }: AuditSources,
  schema: AuditedSchema,
  {
    undecided,
    since,
    signal,
  }: {
    readonly undecided: readonly string[];
    readonly since: readonly PartitionRange[];
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Mark | undefined> {
  const known = idReader(schema);
  const wanted = new Map(undecided.map((id) => [known(id), id]));
  const positions = new Map<string, Position>();
  const decided = new Map<number, number>();
  const judge = async (messages: readonly LoggedOrder[]) => {
    const named = messages.flatMap((message) => {
      const id = known(message.orderId);
      return id === undefined ? [] : [{ ...message, id }];
    });
    const ids = [...new Set(named.map(({ id }) => id))];
    const open = new Set(await undecidedAmong(database, ids, schema));
    for (const { id, ...message } of named) {
      const sent = wanted.get(id);
      if (sent !== undefined) positions.set(sent, earlier(positions.get(sent), message));
      if (!open.has(id)) passTo(decided, message);
    }
  };
  const spans = await spansSince(since, log);
  if (spans.reduce((sum, { low, high }) => sum + high - low, 0) > messagesMax) return undefined;
  let held: LoggedOrder[] = [];
  const messages = log.messages(spans)[Symbol.asyncIterator]();
  for (;;) {
    signal?.throwIfAborted();
    const next = await messages.next().catch(() => undefined);
    if (next === undefined) return undefined;
    for (const message of next.done === true ? [] : next.value) held.push(message);
    if (held.length >= idsPerStatement || (next.done === true && held.length > 0)) {
      await judge(held);
      held = [];
    }
    if (next.done === true) return { takenAtMs: performance.now(), positions, decided };
  }
}

async function spansSince(
  since: readonly PartitionRange[],
  log: AuditSources["log"],
): Promise<readonly PartitionRange[]> {
  const from = new Map(since.map(({ partition, high }) => [partition, high]));
  return (await log.ranges()).map(({ partition, low, high }) => ({
    partition,
    low: Math.min(high, Math.max(low, from.get(partition) ?? low)),
    high,
  }));
}

/** A system decides an order by its first message; a copy of it further on proves nothing. */
function earlier(one: Position | undefined, other: LoggedOrder): Position {
  return one !== undefined && one.offset <= other.offset ? one : other;
}

/** As the table would say it; undefined for an id that it cannot hold. Messages of others say what they like. */
export function idReader({
  orderIdType,
}: AuditedSchema): (id: string | undefined) => string | undefined {
  if (orderIdType === "text") return (id) => id;
  return (id) => (id !== undefined && uuid.test(id) ? id.toLowerCase() : undefined);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
