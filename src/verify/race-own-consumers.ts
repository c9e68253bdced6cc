import { raceFaults } from "../audit/race/faults.ts";
import type { RaceRun } from "../audit/race/run-race.ts";
import { type StartRaceOptions, startRace } from "../audit/wiring/start-race.ts";
import type { SandboxName } from "../bench/figures/sandbox-name.ts";
import { assertKafkaAnswers, makeTopics, removeTopics } from "../bench/measure/bench-topics.ts";
import { startConsumers } from "../bench/measure/consumer-processes.ts";
import { openSandbox, type Sandbox } from "../bench/measure/open-sandbox.ts";
import { insertSlots } from "../bench/measure/sql/insert-slots.ts";
import type { Narrator } from "../ports/narrator.ts";
import type { StrategyName } from "../ports/strategy-names.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { workPatience } from "../runtime/kafka/patience.ts";
import { topicRanges } from "../runtime/kafka/topics.ts";
import { seed } from "../runtime/postgres/migrate.ts";
import { permitNaive } from "../runtime/postgres/tables/naive-permit.ts";
import type { Settings } from "../runtime/settings/settings.ts";

export interface OwnConsumers {
  readonly strategy: StrategyName;
  readonly instances: number;
  /** Name of a race fault; undefined: nothing happens to them. */
  readonly during: string | undefined;
}

const partitions = 50;

/**
 * A race against consumers that are started for it: so many processes of one strategy, with a group,
 * topics and tables of their own on the stack's services, so that neither the stack's consumers nor
 * its data come into it. All of that is gone at the end, whatever happens.
 * @throws Failure("environment") when it cannot be made, or a consumer dies; the signal's reason.
 */
export async function raceOwnConsumers(
  settings: Settings,
  options: Omit<StartRaceOptions, "target" | "members" | "during">,
  own: OwnConsumers,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<RaceRun> {
  const kafka = createKafka(settings, "orders-race", undefined, { patience: workPatience });
  const title = `Starting ${own.instances} consumers of the strategy ${own.strategy}, with topics and tables of their own`;
  const sandbox = await narrator.step(title, async (say) => {
    await assertKafkaAnswers(kafka, settings.brokers);
    const removing = (name: SandboxName) => removeTopics(kafka, name);
    const made = await openSandbox("race", settings, { signal, removeTopics: removing });
    try {
      await prepare(made, own.strategy);
      await makeTopics(kafka, made, partitions);
      // A broker that is busy has not heard of them yet: consumers would give up where we wait.
      await topicRanges(kafka, made.topic);
    } catch (error) {
      await removeTopics(kafka, made);
      await made.close();
      throw error;
    }
    say(`group ${made.group}`);
    return made;
  });
  const racing: Settings = {
    ...sandbox.settings,
    ...{ topic: sandbox.topic, dlqTopic: sandbox.dlqTopic, group: sandbox.group },
    strategy: own.strategy,
  };
  const consumers = startConsumers(racing, own.instances, { untilCaughtUp: false });
  const died = consumers.ended.then(() => new Promise<never>(() => {}));
  const fault = raceFaults.find(({ name }) => name === own.during);
  const during = fault === undefined ? undefined : () => fault.begin({ pids: consumers.pids });
  try {
    const race = startRace(
      racing,
      { ...options, target: "kafka", members: own.instances, during },
      narrator,
      signal,
    );
    return await Promise.race([race, died]);
  } finally {
    await narrator.step("Removing the race's consumers, topics and tables", async () => {
      await consumers.stop();
      await removeTopics(kafka, sandbox);
      await sandbox.close();
    });
  }
}

async function prepare({ database }: Sandbox, strategy: StrategyName): Promise<void> {
  await seed(database);
  if (strategy === "naive") await permitNaive(database);
  if (strategy === "spread") await insertSlots(database);
}
