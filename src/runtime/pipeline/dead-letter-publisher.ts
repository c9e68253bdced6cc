import { setTimeout as wait } from "node:timers/promises";
import type { Database } from "../../ports/database.ts";
import type { MessageSender } from "../../ports/log.ts";
import { type Reach, reachNothing } from "../../reservation/failpoints.ts";
import { failurePolicy } from "../../reservation/failure-policy.ts";
import { publishDeadLetters } from "../../reservation/publish-dead-letters.ts";

export interface DeadLetterPublisher {
  /** Why PostgreSQL does not answer: known even while no order is waiting. */
  readonly databaseTrouble: string | undefined;
  /** Publishes what is recorded now, for `withinMs` at most; the rest stays for the next consumer. */
  stop(withinMs: number): Promise<void>;
}

const pollMs = 500;

/** Publishes dead letters as they are recorded, by any instance, until told to stop; then once more. */
export function startDeadLetterPublisher(
  database: Database,
  sender: MessageSender,
  log: (line: string) => void,
  reach: Reach = reachNothing,
): DeadLetterPublisher {
  const stopping = new AbortController();
  let deadlineMs = Number.POSITIVE_INFINITY;
  let trouble: string | undefined;
  let databaseTrouble: string | undefined;

  async function round(): Promise<void> {
    try {
      while (
        performance.now() < deadlineMs &&
        (await publishDeadLetters(database, sender, reach)) > 0
      );
      trouble = undefined;
      databaseTrouble = undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      databaseTrouble = failurePolicy(error) === "retry" ? message : undefined;
      // The rows stay unpublished; said once for as long as the reason is the same.
      if (message !== trouble) log(`dead letters wait to be published: ${message}`);
      trouble = message;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round();
      await wait(pollMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
    await round();
  }

  const running = run();
  return {
    get databaseTrouble() {
      return databaseTrouble;
    },
    async stop(withinMs) {
      deadlineMs = performance.now() + withinMs;
      stopping.abort();
      const bound = new AbortController();
      const late = wait(withinMs, undefined, { signal: bound.signal }).catch(() => {});
      await Promise.race([running, late]);
      bound.abort();
    },
  };
}
