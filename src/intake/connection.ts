import type { MessageSender } from "../ports/log.ts";

export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: string };

/** How often Kafka is asked when nothing is published. */
const probeEveryMs = 2_000;
/** Ready means an answer of Kafka no older than this. */
const answerAgeMsMax = 5_000;
/** After a refusal that may meet every order; then it is tried anew whether it still does. */
const refusedForMs = 10_000;
const backoffMs = { first: 100, max: 2_000 } as const;

/** Keeps a sender connected and knows when Kafka last answered. */
export class Connection {
  readonly #sender: MessageSender;
  readonly #logError: (message: string) => void;
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  #refusal: { readonly why: string; readonly untilMs: number } | undefined;
  #lastError = "no attempt has ended yet";
  #backoffMs: number = backoffMs.first;
  #stopWaiting: (() => void) | undefined;
  stopped = false;

  constructor(sender: MessageSender, logError: (message: string) => void) {
    this.#sender = sender;
    this.#logError = logError;
  }

  readiness(): Readiness {
    if (!this.#sender.connected) {
      return { ready: false, reason: `not connected to Kafka: ${this.#lastError}` };
    }
    if (this.#refusal !== undefined && performance.now() < this.#refusal.untilMs) {
      return { ready: false, reason: `Kafka refuses orders: ${this.#refusal.why}` };
    }
    const ageMs = performance.now() - this.#answeredAtMs;
    if (ageMs <= answerAgeMsMax) return { ready: true };
    return { ready: false, reason: `Kafka has not answered for ${Math.round(ageMs)} ms` };
  }

  answered(): void {
    this.#answeredAtMs = performance.now();
  }

  /** Kafka answered that it takes no orders, and why. */
  refused(why: string): void {
    this.#refusal = { why, untilMs: performance.now() + refusedForMs };
  }

  /** An order was taken. */
  accepted(): void {
    this.#refusal = undefined;
  }

  failed(error: unknown): void {
    this.#lastError = error instanceof Error ? error.message : String(error);
  }

  probeInMs(): number {
    return this.#answeredAtMs + probeEveryMs - performance.now();
  }

  /** Asks Kafka for an answer. After a failure the sender is no longer connected. */
  async probe(): Promise<void> {
    try {
      await this.#sender.probe();
      this.answered();
    } catch (error) {
      this.#report(error);
    }
  }

  /** One attempt; after a failed one it waits, twice as long each time. Ends early on `stop`. */
  async reconnect(): Promise<void> {
    try {
      await this.#sender.connect();
      this.answered();
      this.#backoffMs = backoffMs.first;
      return;
    } catch (error) {
      if (this.stopped) return;
      this.#report(error);
    }
    const waitMs = this.#backoffMs * (0.5 + Math.random() / 2);
    this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMs.max);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#stopWaiting = resolve;
      timer = setTimeout(resolve, waitMs);
    });
    clearTimeout(timer);
  }

  stop(): void {
    this.stopped = true;
    this.#stopWaiting?.();
  }

  #report(error: unknown): void {
    this.failed(error);
    this.#logError(`Producer error: ${this.#lastError}`);
  }
}
