import { setTimeout as pause } from "node:timers/promises";
import kafkajs, { type Kafka } from "kafkajs";
import { tlsTrouble } from "../../failure/tls-trouble.ts";

/**
 * How long troubles of Kafka that pass by themselves are waited out: a broker that starts, a topic
 * just made, a leader or coordinator that moves. kafkajs tries for some three seconds, which a busy
 * machine needs for one election.
 */
export interface Patience {
  /** Each call by itself; the default is ten seconds. */
  readonly withinMs?: number;
  /**
   * All calls together, on Date.now()'s clock: the command's own timeout. Where it is given, brokers
   * that cannot be connected to are waited for, too; else they are taken for a wrong address.
   */
  readonly untilMs?: number;
  readonly signal?: AbortSignal;
  /** Told once for each wait, of the trouble that made it necessary. */
  readonly onWait?: (error: Error) => void;
}

/** For looks at Kafka that are to be quick, and say what they found. */
export const noPatience: Patience = { withinMs: 0 };
/** For commands without a timeout of their own that would leave something half done. */
export const workPatience: Patience = { withinMs: 60_000 };

const defaultWithinMs = 10_000;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

const patiences = new WeakMap<Kafka, Patience>();

/** Every call through withAdmin and withCluster with this client is as patient. */
export function setPatience(kafka: Kafka, patience: Patience): void {
  patiences.set(kafka, patience);
}

export function patienceOf(kafka: Kafka): Patience {
  return patiences.get(kafka) ?? {};
}

/**
 * Asks again and again while Kafka's trouble is one that passes. `ask` must bear being repeated.
 * @throws what does not pass, at once; StillPassing when the time is up; the signal's reason.
 */
export async function untilPassed<T>(patience: Patience, ask: () => Promise<T>): Promise<T> {
  const { untilMs, withinMs = defaultWithinMs, signal } = patience;
  const startedAtMs = Date.now();
  const endsAtMs = untilMs ?? startedAtMs + withinMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error, untilMs !== undefined)) throw error;
      const nowMs = Date.now();
      if (nowMs + pauseMs >= endsAtMs) throw new StillPassing(error, nowMs - startedAtMs);
      if (pauseMs === firstPauseMs) patience.onWait?.(rootOf(error));
      await pause(pauseMs, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** A trouble that passes, as a rule, and has not. Nobody further out need wait for it again. */
export class StillPassing extends kafkajs.KafkaJSError {
  override readonly name = "KafkaJSStillPassing";
  override readonly cause: Error;
  readonly waitedMs: number;

  constructor(error: unknown, waitedMs: number) {
    const root = rootOf(error);
    super(root.message, { retriable: false });
    this.cause = root;
    this.waitedMs = waitedMs;
  }
}

/**
 * Pure. Whether the next try may find it gone, by what kafkajs says of the error at the root.
 * @param booting brokers that nothing listens for, or that do not let themselves be connected to in
 *   time, may be on their way.
 */
export function isPassing(error: unknown, booting: boolean): boolean {
  if (!(error instanceof Error) || error instanceof StillPassing) return false;
  // Of several topics at once.
  const { errors } = error as { readonly errors?: readonly unknown[] };
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((each) => isPassing(each, booting));
  const root = rootOf(error);
  // kafkajs asks one broker after the other, and reads the answer of none without looking.
  if (root instanceof TypeError) return /[\\/]kafkajs[\\/]/.test(root.stack ?? "");
  if (!root.name.startsWith("KafkaJS")) return false;
  const { retriable, type, code } = root as KafkaError;
  if (retriable !== true && !alsoPassing.has(type ?? "")) return false;
  if (root.name !== "KafkaJSConnectionError") return true;
  // Certificates and protocols do not mend themselves.
  if (tlsTrouble(root) !== undefined) return false;
  return booting || !(unreachable.has(code ?? "") || root.message === "Connection timeout");
}

/** Also what a broker says of a topic that it has not heard of yet. */
export function isUnknownTopic(error: unknown): boolean {
  return (rootOf(error) as KafkaError).type === "UNKNOWN_TOPIC_OR_PARTITION";
}

interface KafkaError extends Error {
  readonly retriable?: boolean;
  readonly type?: string;
  readonly code?: string;
}

/** Kafka's own client retries these; kafkajs's table does not say so. */
const alsoPassing = new Set(["BROKER_NOT_AVAILABLE", "CONCURRENT_TRANSACTIONS"]);
const unreachable = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"],
]);

/** kafkajs wraps an error in those of its retries. */
function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.name.startsWith("KafkaJS") && error.cause instanceof Error
    ? rootOf(error.cause)
    : error;
}
