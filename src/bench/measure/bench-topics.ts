import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { Admin, Kafka } from "../../runtime/kafka/client.ts";
import { ensureTopics } from "../../runtime/kafka/topics.ts";
import { withAdmin } from "../../runtime/kafka/with-admin.ts";
import type { SandboxName } from "../figures/sandbox-name.ts";

/** Asked before anything is made: what is made can only be removed where Kafka answers. */
export async function assertKafkaAnswers(kafka: Kafka, brokers: string | undefined): Promise<void> {
  try {
    await withAdmin(kafka, (admin) => admin.listTopics());
  } catch (cause) {
    throw new Failure(
      "environment",
      {
        what: `Kafka at ${brokers} does not answer: ${reasonOf(cause)}`,
        meaning: "nothing was measured, and nothing made",
        remedy: "check that it runs (`orders status`, `orders up`) and that --brokers is right",
      },
      { cause },
    );
  }
}

/** @throws Failure("environment") where this user may not create a topic. */
export async function makeTopics(
  kafka: Kafka,
  sandbox: SandboxName,
  partitions: number,
): Promise<void> {
  try {
    await ensureTopics(kafka, [
      { topic: sandbox.topic, partitions },
      { topic: sandbox.dlqTopic, partitions: 1 },
    ]);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const why = reasonOf(cause);
    throw new Failure(
      "environment",
      {
        what: `the topic ${sandbox.topic} cannot be created: ${why}`,
        meaning: "the bench places its orders on a topic of its own, so that yours stay untouched",
        remedy: /authori[sz]/i.test(why)
          ? "give this user the right to create, write, read and delete topics named orders-bench-*"
          : "check that Kafka is up (`orders status`)",
      },
      { cause },
    );
  }
}

/** Longer than most sessions: a member that was killed is in its group until then. */
const emptyWithinMs = 12_000;

/**
 * Removes the topics and groups of a bench, as many of them as there are.
 * @throws Failure("environment") when a group keeps its members.
 */
export async function removeTopics(kafka: Kafka, sandbox: SandboxName): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const topics = [sandbox.topic, sandbox.dlqTopic].filter((topic) => existing.has(topic));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    await removeGroups(admin, sandbox);
  });
}

async function removeGroups(admin: Admin, sandbox: SandboxName): Promise<void> {
  const deadline = Date.now() + emptyWithinMs;
  for (;;) {
    const { groups } = await admin.listGroups();
    const left = groups.map(({ groupId }) => groupId).filter((id) => isGroupOf(sandbox, id));
    if (left.length === 0) return;
    const refused = await admin.deleteGroups(left).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refused !== undefined && Date.now() >= deadline) {
      throw new Failure(
        "environment",
        {
          what: `the group ${left.join(", ")} still has members: ${reasonOf(refused)}`,
          meaning: `a consumer of the bench did not leave it; the schema ${sandbox.schema} stays, too, so that both are found again`,
          remedy: "run `orders bench drain` again later: it removes them first",
        },
        { cause: refused },
      );
    }
    if (refused !== undefined) await pause(500);
  }
}

function isGroupOf({ group }: SandboxName, id: string): boolean {
  return id === group || id.startsWith(`${group}-`);
}

/** kafkajs hides the reason for several topics in a list of errors. */
function reasonOf(error: unknown): string {
  const { errors } = error as { readonly errors?: readonly unknown[] };
  const first = errors?.[0] ?? error;
  return first instanceof Error ? first.message : String(first);
}
