import type { Queryable } from "../ports/database.ts";
import type { PartitionRange } from "../ports/log.ts";
import type { Baseline } from "./database-evidence.ts";
import { Sightings } from "./finding.ts";
import type { LogReader } from "./ports.ts";
import type { AuditedSchema } from "./read-schema.ts";
import { RowMatch } from "./row-match.ts";
import {
  type LoggedOrder,
  type OriginsBaseline,
  type RowOrigins,
  spansBefore,
} from "./row-origins.ts";
import type { SentOrder } from "./sent-order.ts";
import { otherTopicsOffsets } from "./sql/select-other-topics.ts";
import {
  nextTransaction,
  orderRowCount,
  rowsWrittenSince,
  type WrittenRow,
} from "./sql/select-written-rows.ts";

/** Of a run's log: beyond it nothing is said, since its reading would take minutes. */
export const logMessagesMax = 5_000_000;
/** On disk: messages, orders sent and rows, 230 bytes for an order that is all three. */
const diskBytesMax = 2 ** 31;
/** Rows without a message that are looked for further back, and those looked up one by one. */
const straysMax = 10_000;
const lookUpsMax = 1_000;
/** How far back, by partition, one step further each time. */
const searchBack = [1_000, 10_000, 100_000] as const;

/** Whether a customer orders in this run only: it must have sent every order of theirs. */
export type OwnCustomer = ((customerId: string) => boolean) | undefined;

/**
 * Reads the books from the back: for each order row that a run wrote, the message that asked for it.
 * First the log, then (in the audit's transaction) what was added to it and the rows, at last what is
 * left over, which may come from messages before the run.
 */
export class OriginsReader {
  readonly #log: LogReader;
  readonly #schema: AuditedSchema;
  readonly #before: (OriginsBaseline & { readonly rows: object }) | undefined;
  readonly #ownCustomer: OwnCustomer;
  readonly #starts: Map<number, number>;
  readonly #ends: Map<number, number>;
  readonly #match = new RowMatch();
  readonly #strays: WrittenRow[] = [];
  readonly #unasked = new Sightings();
  #why: string | undefined;
  #required = false;
  #messages = 0;
  #gaps = 0;
  #illegible = 0;
  #written = 0;
  #straying = 0;
  #grown = 0;
  #otherTopics = "";

  constructor(
    log: LogReader,
    schema: AuditedSchema,
    baseline: Baseline | undefined,
    ownCustomer: OwnCustomer,
  ) {
    this.#log = log;
    this.#ownCustomer = ownCustomer;
    this.#schema = schema;
    const before = baseline?.origins;
    this.#before = before?.rows === undefined ? undefined : { ...before, rows: before.rows };
    this.#starts = new Map(
      baseline?.log.map(({ partition, high }) => [
        partition,
        Math.min(high, before?.decidedTo.get(partition) ?? high),
      ]),
    );
    this.#ends = new Map(this.#starts);
    if (baseline === undefined) this.#why = "the log's end was not noted before the run";
    else if (this.#before === undefined) this.#why = "the table does not say who wrote a row when";
  }

  /** Some orders of the history. */
  sent(orders: readonly SentOrder[]): void {
    // Where others may order for the same customers, no row can be said to have been asked for or not.
    if (this.#why !== undefined || this.#ownCustomer === undefined) return;
    this.#match.sent(orders);
    this.#limitDisk();
  }

  /** Reads on to where the log ends now. */
  async readLog(): Promise<void> {
    if (this.#why !== undefined) return;
    const spans = (await this.#log.ranges()).map(({ partition, low, high }) => ({
      partition,
      low: Math.max(low, this.#ends.get(partition) ?? 0),
      high,
    }));
    for await (const messages of this.#messagesOf(spans)) {
      this.#match.logged(messages);
      if (this.#limitDisk()) return;
    }
    for (const { partition, high } of spans) {
      if (!this.#starts.has(partition)) this.#starts.set(partition, 0);
      this.#ends.set(partition, high);
    }
  }

  /** In the audit's transaction, after `readLog` there and after every order of the history. */
  async readRows(tx: Queryable): Promise<void> {
    const before = this.#before;
    if (this.#why !== undefined || before === undefined) return;
    const rowsBefore = before.rows as NonNullable<OriginsBaseline["rows"]>;
    if (BigInt(await nextTransaction(tx)) < BigInt(rowsBefore.nextTransaction)) {
      this.#giveUp("the database has fallen back to a state before the run began");
      return;
    }
    for await (const rows of rowsWrittenSince(tx, rowsBefore, this.#schema)) {
      this.#written += rows.length;
      this.#match.rows(rows, ({ customerId }) => this.#ownCustomer?.(customerId) === true);
      if (this.#limitDisk()) return;
    }
    this.#grown = (await orderRowCount(tx, this.#schema.mapped)) - rowsBefore.rows;
    this.#otherTopics = this.#schema.present.consumerOffsets
      ? await otherTopicsOffsets(tx, this.#log.topic)
      : "";
  }

  /**
   * After the transaction: rows and messages are matched, and what is left over is looked for further
   * back.
   * @param ownConsumer the project's own consumer decides: a message without an order id makes no row.
   */
  async conclude(ownConsumer: boolean): Promise<RowOrigins> {
    const certain = new Sightings();
    const doubtful = new Sightings();
    const doubts = new Set<string>();
    const doubt = (row: WrittenRow, why: string) => {
      doubtful.add(nameOf(row));
      doubts.add(why);
    };
    if (this.#why === undefined) await this.#matchRows();
    if (this.#strays.length > 0) await this.#judgeStrays({ ownConsumer, certain, doubt });
    if (this.#why !== undefined) return { read: false, why: this.#why, required: this.#required };
    return {
      read: true,
      rows: this.#written,
      strangers: certain,
      doubtful,
      doubt: [...doubts].join("; "),
      unasked: this.#ownCustomer === undefined ? undefined : this.#unasked,
    };
  }

  /** Removes what is on disk. Idempotent. */
  close(): void {
    this.#match.close();
  }

  async #matchRows(): Promise<void> {
    for await (const { row, logged, sent } of this.#match.unmatched()) {
      if (!sent) this.#unasked.add(`${row.orderId} (${row.status}, of ${row.customerId})`);
      if (logged || this.#wasCancelledFirst(row)) continue;
      this.#straying += 1;
      if (this.#strays.length < straysMax) this.#strays.push(row);
    }
  }

  /** Its own consumer writes it for an event of the shop: it holds nothing, and its message may never come. */
  #wasCancelledFirst({ status, offset }: WrittenRow): boolean {
    return this.#schema.sources && status === "released" && offset === undefined;
  }

  async #judgeStrays({
    ownConsumer,
    certain,
    doubt,
  }: {
    readonly ownConsumer: boolean;
    readonly certain: Sightings;
    readonly doubt: (row: WrittenRow, why: string) => void;
  }): Promise<void> {
    const placed = this.#strays.filter((row) => row.offset !== undefined);
    const without = this.#strays.filter((row) => row.offset === undefined);
    const ranges = await this.#log.ranges();
    // A topic beside ours, consumed into the same tables: its rows do not say that they are its own.
    const elsewhere = this.#otherTopics !== this.#before?.otherTopics;
    const otherTopic = "orders of another topic were decided in this database meanwhile";
    for (const [index, row] of placed.entries()) {
      const found = index < lookUpsMax ? await this.#lookUp(row, ranges) : "unknown";
      if (found === "same") continue;
      if (elsewhere) doubt(row, otherTopic);
      else if (found === "other") certain.add(nameOf(row));
      else doubt(row, "the messages that they name are not in the log any more");
    }
    const left = await this.#searchBack(without, ranges);
    const explained = this.#written - this.#straying + (this.#strays.length - left.rows.length);
    for (const row of left.rows) {
      if (elsewhere) doubt(row, otherTopic);
      else if (this.#gaps > 0) doubt(row, "the log has gaps, where a message may have been");
      else if (this.#illegible > 0 && !ownConsumer)
        doubt(row, `${this.#illegible} messages of the log name no order id`);
      // More rows than before, and more of them than messages account for: at least one is new.
      else if (left.wholeLog || this.#grown > explained) certain.add(nameOf(row));
      else doubt(row, "they may be older rows that were changed: the log does not go back so far");
    }
  }

  /** Reads the very message that a row names. */
  async #lookUp(
    row: WrittenRow,
    ranges: readonly PartitionRange[],
  ): Promise<"same" | "other" | "unknown"> {
    const { partition = 0, offset = 0 } = row;
    const range = ranges.find((each) => each.partition === partition);
    if (range === undefined || offset >= range.high) return "other";
    if (offset < range.low) return "unknown";
    for await (const messages of this.#log.messages([
      { partition, low: offset, high: offset + 1 },
    ])) {
      for (const { orderId } of messages) {
        return orderId?.toLowerCase() === row.orderId.toLowerCase() ? "same" : "other";
      }
    }
    return "unknown";
  }

  /** What lay undecided before the run, was replayed, or was changed since. */
  async #searchBack(
    rows: readonly WrittenRow[],
    ranges: readonly PartitionRange[],
  ): Promise<{ readonly rows: readonly WrittenRow[]; readonly wholeLog: boolean }> {
    const wanted = new Set(rows.map(({ orderId }) => orderId.toLowerCase()));
    for (const size of searchBack) {
      if (wanted.size === 0 || this.#messages >= logMessagesMax) break;
      const spans = spansBefore(this.#starts, ranges, size);
      if (spans.length === 0) break;
      for await (const messages of this.#messagesOf(spans)) {
        for (const { orderId } of messages) {
          if (orderId !== undefined) wanted.delete(orderId.toLowerCase());
        }
      }
      for (const { partition, low } of spans) this.#starts.set(partition, low);
    }
    const left = rows.filter(({ orderId }) => wanted.has(orderId.toLowerCase()));
    const wholeLog = ranges.every(({ partition }) => (this.#starts.get(partition) ?? 0) === 0);
    return { rows: left, wholeLog };
  }

  /** Fewer than there are, and why, where they cannot be read. */
  async *#messagesOf(spans: readonly PartitionRange[]): AsyncGenerator<readonly LoggedOrder[]> {
    const asked = spans.reduce((sum, { low, high }) => sum + Math.max(0, high - low), 0);
    if (this.#messages + asked > logMessagesMax) {
      this.#giveUp(`the log of the run holds more than ${logMessagesMax} messages`);
      return;
    }
    let got = 0;
    try {
      for await (const messages of this.#log.messages(spans)) {
        got += messages.length;
        this.#illegible += messages.filter(
          ({ orderId, other }) => orderId === undefined && other !== true,
        ).length;
        yield messages;
      }
    } catch (error) {
      this.#giveUp(`the log could not be read: ${error instanceof Error ? error.message : error}`);
    }
    this.#messages += got;
    this.#gaps += Math.max(0, asked - got);
  }

  /** @returns whether no more may be put there. */
  #limitDisk(): boolean {
    if (this.#match.bytes <= diskBytesMax) return false;
    this.#giveUp(`the run is larger than what may be kept on disk (${diskBytesMax / 2 ** 30} GiB)`);
    return true;
  }

  #giveUp(why: string): void {
    this.#why = why;
    this.#required = true;
  }
}

function nameOf({ orderId, status, partition, offset }: WrittenRow): string {
  const source = offset === undefined ? "" : `, says partition ${partition} offset ${offset}`;
  return `${orderId} (${status}${source})`;
}
