import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import { failurePolicy } from "../../partitions/failure-policy.ts";
import type { Database } from "../../ports/database.ts";
import type { MessageSender } from "../../ports/log.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { type Reach, reachNothing } from "../failpoints.ts";
import { publishDeadLetters } from "../publish-dead-letters.ts";
import { countUnpublished, type Unpublished } from "../sql/count-unpublished.ts";

/**
 * Its stop publishes what is recorded by then; what does not go out in time stays for the next
 * consumer. Not ready is it while PostgreSQL does not answer: known even while no order is waiting.
 */
export interface DeadLetterPublisher extends Runnable {
  /**
   * Waits until all that is recorded now is published, by this instance or another.
   * @throws Failure("environment") that names what is not, after `withinMs` or when it is stopped.
   */
  drain(withinMs: number): Promise<void>;
}

const pollMs = 500;
const drainPollMs = 100;

/** Publishes dead letters as they are recorded, by any instance, until told to stop; then once more. */
export function createDeadLetterPublisher(
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

  async function drain(withinMs: number): Promise<void> {
    const untilMs = performance.now() + withinMs;
    let target: number | undefined;
    let left: Unpublished | undefined;
    let unread: string | undefined;
    for (;;) {
      // The rounds go on meanwhile: here it is only looked at, and what another has in hand counts.
      try {
        left = await countUnpublished(database, target);
        if (left.count === 0) return;
        target ??= left.lastId;
        unread = undefined;
      } catch (error) {
        unread = error instanceof Error ? error.message : String(error);
      }
      if (performance.now() > untilMs || stopping.signal.aborted)
        throw unpublishedFailure(left, unread ?? trouble);
      await wait(drainPollMs);
    }
  }

  let running: Promise<void> | undefined;
  const runnable = createRunnable("dead-letter publisher", {
    start(_, fail) {
      running = run();
      running.catch(fail);
    },
    notReadyBecause: () => databaseTrouble,
    async stop(withinMs) {
      deadlineMs = performance.now() + withinMs;
      stopping.abort();
      await running;
    },
  });
  return { ...runnable, drain };
}

function unpublishedFailure(left: Unpublished | undefined, reason: string | undefined): Failure {
  const because = reason === undefined ? "" : `: ${reason}`;
  const named = left?.messages.join(", ") ?? "";
  const more = left !== undefined && left.count > left.messages.length ? " …" : "";
  return new Failure("environment", {
    what:
      left === undefined
        ? `whether all dead letters are published cannot be read${because}`
        : `${left.count} dead letters are not published (${named}${more})${because}`,
    meaning:
      "every order is decided; these letters are recorded in the table dead_letters, and no reader of the dead-letter topic has seen them",
    remedy:
      "`orders doctor` looks at Kafka; the next `orders consume` publishes them, `orders dlq list` shows them",
  });
}
