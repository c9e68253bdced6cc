import type { MessageSender, OutgoingMessage } from "../ports/log.ts";
import { outcomesOf, type ProduceRefusal, type SendOutcome } from "../ports/produce-outcome.ts";
import { Connection, type Readiness } from "./connection.ts";
import { Deadlines } from "./deadlines.ts";
import { PartitionQueues } from "./partition-queues.ts";
import {
  messageState,
  type PublishResult,
  type Refusal,
  Submission,
  SubmittedMessage,
} from "./submission.ts";

export interface PublisherLimits {
  /** Most messages waiting or in flight. */
  readonly queueMessages: number;
  /** Most bytes of them. */
  readonly queueBytes: number;
  /** Most messages in one produce request. */
  readonly batchMessages: number;
  /** Most bytes one partition gets in one produce request: the broker's message.max.bytes. */
  readonly partitionBytes: number;
  /** How long a message may wait for its acknowledgement, from `publish` on. */
  readonly timeoutMs: number;
}

/** Orders by what became of them. */
export interface PublisherCounts {
  acked: number;
  unknown: number;
  unsent: number;
  /** By Kafka, for certain. */
  refused: number;
}

/**
 * Hands messages to Kafka, one produce request at a time. There is no linger: a request leaves when
 * the one before it has returned, so batches grow with the load and only then. What is said of a
 * message is what is known of it: acked, unsent (never handed over), or unknown.
 */
export class Publisher {
  readonly counts: PublisherCounts = { acked: 0, unknown: 0, unsent: 0, refused: 0 };
  readonly #sender: MessageSender;
  readonly #limits: PublisherLimits;
  readonly #connection: Connection;
  readonly #queues = new PartitionQueues<SubmittedMessage>();
  readonly #deadlines: Deadlines<Submission>;
  readonly #logError: (message: string) => void;
  #inFlight: readonly SubmittedMessage[] = [];
  #inFlightBytes = 0;
  #unsettled = 0;
  #stopping = false;
  #wake: (() => void) | undefined;
  #drained: (() => void) | undefined;
  #started = false;

  /** @param logError gets one line per failure, beginning with "Producer error". */
  constructor(sender: MessageSender, limits: PublisherLimits, logError: (message: string) => void) {
    this.#sender = sender;
    this.#limits = limits;
    this.#logError = logError;
    this.#connection = new Connection(sender, logError);
    this.#deadlines = new Deadlines(limits.timeoutMs, (submission) => this.#expire(submission));
  }

  /** Begins to connect and to publish. Returns at once: Kafka need not be there yet. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#run();
  }

  /** False for a message too large to be ever published. */
  fits(message: OutgoingMessage): boolean {
    return messageBytes(message) <= this.messageBytesMax;
  }

  /** The largest message: what we are told to keep to, and what the topic takes. */
  get messageBytesMax(): number {
    const { partitionBytes } = this.#limits;
    const topicBytes = this.#sender.batchBytesMax ?? partitionBytes;
    return Math.max(1, Math.min(partitionBytes, topicBytes) - batchOverheadBytes);
  }

  get queueMessagesMax(): number {
    return this.#limits.queueMessages;
  }

  /**
   * Publishes the messages, all or none being admitted. `done` is called once, before `publish`
   * returns when they are refused.
   */
  publish(messages: readonly OutgoingMessage[], done: (result: PublishResult) => void): void {
    const refusal = this.#refusal(messages);
    if (refusal !== undefined) {
      this.counts.unsent += messages.length;
      done({ status: "refused", refusal });
      return;
    }
    const submission = new Submission(messages.length, done);
    let index = 0;
    for (const message of messages) {
      const queued = new SubmittedMessage(message, messageBytes(message), index++, submission);
      this.#queues.push(this.#sender.partitionOf(message.key), queued);
    }
    this.#unsettled += 1;
    this.#deadlines.add(submission);
    this.#wake?.();
  }

  readiness(): Readiness {
    if (this.#stopping) return { ready: false, reason: "stopping" };
    return this.#connection.readiness();
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** No more messages are admitted from here on. */
  refuseMore(): void {
    this.#stopping = true;
  }

  /** Waits until everything admitted is answered, which `timeoutMs` bounds; then disconnects. */
  async close(): Promise<void> {
    this.refuseMore();
    if (this.#unsettled > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    this.#deadlines.stop();
    this.#connection.stop();
    this.#wake?.();
    // The loop ends with whatever it waits for now; nothing of it is still owed to anybody.
    await this.#sender.close();
  }

  #refusal(messages: readonly OutgoingMessage[]): Refusal | undefined {
    if (this.#stopping) return "stopping";
    if (!this.#sender.connected) return "not_connected";
    const { queueMessages, queueBytes } = this.#limits;
    const waiting = this.#queues.messages + this.#inFlight.length;
    if (waiting + messages.length > queueMessages) return "queue_full";
    let bytes = this.#queues.bytes + this.#inFlightBytes;
    for (const message of messages) bytes += messageBytes(message);
    return bytes > queueBytes ? "queue_full" : undefined;
  }

  async #run(): Promise<void> {
    while (!this.#connection.stopped) {
      if (!this.#sender.connected) {
        await this.#connection.reconnect();
        continue;
      }
      const batch = this.#queues.take({
        messages: this.#limits.batchMessages,
        partitionBytes: this.messageBytesMax,
        totalBytes: requestBytesMax,
      });
      if (batch.length > 0) await this.#send(batch);
      else if (await this.#idle()) await this.#connection.probe();
    }
  }

  async #send(batch: readonly SubmittedMessage[]): Promise<void> {
    const messages: OutgoingMessage[] = [];
    for (const { message, submission, index, bytes } of batch) {
      submission.states[index] = messageState.handed;
      this.#inFlightBytes += bytes;
      messages.push(message);
    }
    this.#inFlight = batch;
    let outcomes: readonly SendOutcome[] = [];
    try {
      await this.#sender.send(messages);
      this.#connection.answered();
      this.#connection.accepted();
    } catch (error) {
      outcomes = outcomesOf(error, messages.length);
      this.#report(error, outcomes);
    }
    this.#inFlight = [];
    this.#inFlightBytes = 0;
    const failed = new Set<Submission>();
    for (const [at, { submission, index }] of batch.entries()) {
      if (submission.settled) continue;
      const outcome = outcomes[at] ?? "acked";
      submission.states[index] = stateOf(outcome);
      submission.open -= 1;
      if (outcome === "acked") continue;
      failed.add(submission);
      if (outcome !== "unknown") submission.refusal ??= outcome;
    }
    // The rest of a request that failed in part is not sent: its client decides what to repeat.
    for (const { submission } of batch) {
      if (submission.settled) continue;
      if (submission.open === 0 || failed.has(submission)) this.#settle(submission);
    }
    this.#deadlines.forgetSettled();
  }

  /** A refusal of Kafka's is an answer: the connection is as good as before. */
  #report(error: unknown, outcomes: readonly SendOutcome[]): void {
    const unknown = outcomes.filter((outcome) => outcome === "unknown").length;
    const refusals = outcomes.filter((outcome): outcome is ProduceRefusal => isRefusal(outcome));
    if (unknown > 0 || !this.#sender.connected) this.#connection.failed(error);
    else this.#connection.answered();
    if (unknown > 0) this.#logError(`Producer error: ${textOf(error)} (${unknown} orders unknown)`);
    const [first] = refusals;
    if (first === undefined) return;
    const what = `${first.code}, ${first.meaning}`;
    this.#logError(`Producer error: Kafka refused ${refusals.length} orders: ${what}`);
    // One order that is too large says nothing of the others; every other refusal may meet them all.
    if (!first.tooLarge) this.#connection.refused(what);
  }

  /** @returns true when it is time to ask Kafka whether it is still there. */
  async #idle(): Promise<boolean> {
    const probeInMs = this.#connection.probeInMs();
    if (probeInMs <= 0) return true;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, probeInMs);
      timer.unref();
    });
    this.#wake = undefined;
    clearTimeout(timer);
    // Whatever else arrived in this turn of the event loop goes into the same produce request.
    await new Promise<void>((resolve) => setImmediate(resolve));
    return false;
  }

  #expire(submission: Submission): void {
    this.#settle(submission);
    this.#queues.dropAbandoned();
  }

  #settle(submission: Submission): void {
    const { acked, unknown, unsent, refused } = submission.settle();
    this.counts.acked += acked;
    this.counts.unknown += unknown;
    this.counts.unsent += unsent;
    this.counts.refused += refused;
    this.#unsettled -= 1;
    if (this.#unsettled === 0) this.#drained?.();
  }
}

/** A record batch's own header is 61 bytes; the rest is room for what a codec adds. */
const batchOverheadBytes = 512;
/** Most that length, attributes, deltas and the lengths of key and value take, as varints. */
const recordOverheadBytes = 32;
/** Far below the broker's socket.request.max.bytes (100 MB). */
const requestBytesMax = 32 * 1024 * 1024;

function messageBytes(message: OutgoingMessage): number {
  // At most three UTF-8 bytes per UTF-16 unit: an upper bound without encoding the key.
  return message.value.length + message.key.length * 3 + recordOverheadBytes;
}

function isRefusal(outcome: SendOutcome): outcome is ProduceRefusal {
  return typeof outcome === "object";
}

function stateOf(outcome: SendOutcome): number {
  if (outcome === "acked") return messageState.acked;
  return outcome === "unknown" ? messageState.unknown : messageState.refused;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
