import { setTimeout as delay } from "node:timers/promises";
import type { AuditSources } from "../ports.ts";
import type { AuditedSchema } from "../read-schema.ts";
import type { SentOrder } from "../sent-order.ts";
import { undecidedAmong } from "../undecided-among.ts";
import { idReader } from "./mark-decided.ts";
import { type Position, passTo } from "./passed.ts";

/**
 * Sends one more order, which is part of the run like every other.
 * @param partition where its message should land, as far as its sender can choose; undefined: anywhere.
 */
export type Probe = (partition: number | undefined) => Promise<SentOrder>;

export interface Probed {
  readonly sent: readonly SentOrder[];
  /** Of those accepted, the ones that had no outcome within the bound. */
  readonly undecided: readonly string[];
  /** By partition, the offset after the last probe that was decided. */
  readonly passed: ReadonlyMap<number, number>;
  /** Probes that were decided. */
  readonly decided: number;
  /** Of the slowest that was decided. */
  readonly decisionMsMax: number;
}

const pollMs = 50;
/** Consumers that drop an order under contention may drop a probe, too. */
const failuresMax = 2;
/** More partitions than this are not probed one after the other. */
const probesMax = 64;

/**
 * Sends an order into each of these partitions, one after the other, so that none contends with
 * another; stops where the group decides none.
 * @param partitions those that hold orders without an outcome; none: one order, anywhere.
 * @throws the signal's reason when it is aborted; Kafka's and PostgreSQL's errors.
 */
export async function probeGroup(
  sources: AuditSources,
  schema: AuditedSchema,
  {
    probe,
    partitions,
    withinMs,
    deadlineMs,
    signal,
  }: {
    readonly probe: Probe;
    readonly partitions: readonly number[];
    /** Longest wait for one of them. */
    readonly withinMs: number;
    /** By performance.now(): after it none is sent. */
    readonly deadlineMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Probed> {
  const sent: SentOrder[] = [];
  const undecided: string[] = [];
  const passed = new Map<number, number>();
  let decided = 0;
  let decisionMsMax = 0;
  let failures = 0;
  const wanted = partitions.length === 0 ? [undefined] : partitions.slice(0, probesMax);
  for (const partition of wanted) {
    while (failures < failuresMax && performance.now() < deadlineMs) {
      signal?.throwIfAborted();
      const from = await sources.log.ranges();
      const order = await probe(partition);
      sent.push(order);
      const tookMs =
        order.state === "acked"
          ? await decisionMs(sources, schema, { order, withinMs, deadlineMs, signal })
          : undefined;
      if (tookMs === undefined) {
        if (order.state === "acked") undecided.push(order.orderId);
        failures += 1;
        continue;
      }
      decided += 1;
      decisionMsMax = Math.max(decisionMsMax, tookMs);
      const position = await find(sources, schema, order, from);
      if (position !== undefined) passTo(passed, position);
      break;
    }
  }
  return { sent, undecided, passed, decided, decisionMsMax };
}

async function decisionMs(
  { database }: AuditSources,
  schema: AuditedSchema,
  {
    order,
    withinMs,
    deadlineMs,
    signal,
  }: {
    readonly order: SentOrder;
    readonly withinMs: number;
    readonly deadlineMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<number | undefined> {
  const start = performance.now();
  const end = Math.min(deadlineMs, start + withinMs);
  for (;;) {
    const open = await undecidedAmong(database, [order.orderId], schema);
    const now = performance.now();
    if (open.length === 0) return now - start;
    if (now >= end) return undefined;
    await delay(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

/** Where it landed: only the log knows, however its sender was asked to aim. */
async function find(
  { log }: AuditSources,
  schema: AuditedSchema,
  order: SentOrder,
  from: Awaited<ReturnType<AuditSources["log"]["ranges"]>>,
): Promise<Position | undefined> {
  const known = idReader(schema);
  const starts = new Map(from.map(({ partition, high }) => [partition, high]));
  const spans = (await log.ranges()).map(({ partition, low, high }) => ({
    partition,
    low: Math.min(high, Math.max(low, starts.get(partition) ?? low)),
    high,
  }));
  for await (const messages of log.messages(spans)) {
    for (const message of messages)
      if (known(message.orderId) === known(order.orderId)) return message;
  }
  return undefined;
}
