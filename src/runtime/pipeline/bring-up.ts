import { mkdirSync } from "node:fs";
import type { BootProgress } from "../../ports/boot-progress.ts";
import type { StackStatus } from "../../ports/stack-status.ts";
import type { ResolvedSettings } from "../config/resolve-settings.ts";
import { explainDatabaseError } from "../database/database-failure.ts";
import { openDatabase } from "../database/open-database.ts";
import type { Endpoints, Engine, EngineContext } from "../engines/engine.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { explainKafkaError } from "../kafka/kafka-failure.ts";
import { ensureTopics, pipelineTopicsNamed } from "../kafka/topics.ts";
import type { ChildSpec } from "../processes/child-spec.ts";
import { ownCommand, type Program } from "../processes/own-program.ts";
import { runningChildren } from "../processes/stop-children.ts";
import { amendChildren, ensureSupervisor } from "../processes/supervisor-client.ts";
import { readSupervisorSpec } from "../processes/supervisor-files.ts";
import { stackDirectory } from "../stack/stack-paths.ts";
import { readStackRecord, type StackRecord, writeStackRecord } from "../stack/stack-record.ts";
import { stackSettings, writeStackSettings } from "../stack/stack-settings.ts";
import { choosePipelinePorts } from "./choose-pipeline-ports.ts";
import { lockStack } from "./lock-stack.ts";
import { apiUrlOf, isApi, isConsumer, pipelineChildren } from "./pipeline-children.ts";
import { type PipelineSettings, pipelineSettings } from "./pipeline-settings.ts";
import { beginFirstEpoch, prepareDatabase } from "./prepare-database.ts";
import { produceAndConsume } from "./probe-kafka.ts";
import { findBefore, requireSameEngine, rollBack } from "./roll-back.ts";
import { readStatus } from "./status.ts";
import { waitForChild } from "./wait-for-children.ts";
import { type Infra, waitForKafka, waitForPostgres } from "./wait-for-infra.ts";
import type { Wait } from "./wait-until.ts";

export interface BringUpOptions {
  readonly stack: string;
  readonly engine: Engine;
  /** Why this engine: one sentence, kept for `status`. */
  readonly why: string;
  readonly settings: ResolvedSettings;
  /** undefined: as many as there are, else one. */
  readonly scale: { readonly api?: number | undefined; readonly consumer?: number | undefined };
  /** Kafka, PostgreSQL, topics and tables only; API and consumers are left as they are. */
  readonly onlyInfra: boolean;
  /** 0: a free one; undefined: as before, else the default. */
  readonly ports: {
    readonly api?: number | undefined;
    readonly kafka?: number | undefined;
    readonly postgres?: number | undefined;
  };
  /** External engine: migrate a schema that is not empty, too. */
  readonly migrate: boolean;
  readonly logStatements: boolean;
  /** From the services' start to everything ready; downloads have a limit of their own. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** How the API and the consumers are run; `orders api` and `orders consume` unless a test says otherwise. */
  readonly program?: (args: readonly string[]) => Program;
}

const probeWithinMs = 20_000;

/**
 * Boots a stack, or repairs one: what runs as wanted is left alone. When it cannot, what this call
 * started (and only that) is stopped again.
 * @throws Failure("environment") with the last log lines of what failed; the signal's reason when aborted.
 */
export async function bringUp(
  options: BringUpOptions,
  progress: BootProgress,
): Promise<StackStatus> {
  const directory = stackDirectory(options.stack);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const release = await lockStack(directory, "orders up", options.signal, (holder) =>
    progress("kafka", `waiting for \`${holder.doing}\` (PID ${holder.pid})`),
  );
  try {
    const context = { stack: options.stack, directory };
    await requireSameEngine(context, options.engine.name);
    const before = await findBefore(context, options.engine);
    try {
      return await boot(options, context, progress);
    } catch (error) {
      await rollBack(context, options.engine, before);
      throw error;
    }
  } finally {
    release();
  }
}

async function boot(
  options: BringUpOptions,
  context: EngineContext,
  progress: BootProgress,
): Promise<StackStatus> {
  const { engine, signal, onlyInfra, timeoutMs } = options;
  const { directory, stack } = context;
  const record = await chooseShape(options, directory);
  // Before anything is started: `down` must know the engine, whatever happens to this process.
  writeStackRecord(directory, record);
  // It takes a moment to start, and everything but a bare external stack needs it.
  const supervisor =
    onlyInfra && engine.name === "external" ? undefined : ensureSupervisor(directory);
  supervisor?.catch(() => {});
  const { ports, logStatements } = options;
  const started = await engine.start(
    context,
    {
      given: options.settings.values,
      ports: { kafka: ports.kafka, postgres: ports.postgres },
      logStatements,
      timeoutMs,
      signal,
    },
    progress,
  );
  const firstApi = record.ports.api[0];
  const settings = pipelineSettings(
    options.settings,
    engine.name,
    started.endpoints,
    firstApi === undefined ? undefined : apiUrlOf(firstApi),
  );
  const wait: Wait = { deadlineMs: Date.now() + timeoutMs, signal };
  const infra: Infra = { engine, context };
  const { probe } = await prepareInfra(infra, wait, options, settings, started.endpoints, progress);
  writeStackSettings(stack, { ...stackSettings(stack), ...settings.stack });
  signal.throwIfAborted();
  const children = onlyInfra
    ? []
    : pipelineChildren({
        directory,
        stack,
        ports: record.ports,
        environment: settings.environment,
        program: options.program ?? ownCommand,
      });
  await Promise.all([probe, startChildren(directory, children, onlyInfra, wait, progress)]);
  return readStatus(stack);
}

/** How many of what, and where they listen. */
async function chooseShape(options: BringUpOptions, directory: string): Promise<StackRecord> {
  const former = readStackRecord(directory);
  const { engine, why, onlyInfra, settings } = options;
  const { topic, group } = settings.values;
  const keep = former?.scale ?? { api: 1, consumer: 1 };
  const scale = {
    api: options.scale.api ?? keep.api,
    consumer: options.scale.consumer ?? keep.consumer,
  };
  const specs = readSupervisorSpec(directory)?.children ?? [];
  const running = new Map(
    runningChildren(directory).flatMap(({ name }) => {
      const port = specs.find((spec) => spec.name === name)?.port;
      return port === undefined ? [] : [[name, port] as const];
    }),
  );
  const ports =
    onlyInfra && former === undefined
      ? { api: [], consumer: [] }
      : onlyInfra && former !== undefined
        ? former.ports
        : await choosePipelinePorts({
            scale,
            apiPort: options.ports.api,
            recorded: former?.ports,
            running,
          });
  return { engine: engine.name, why, scale, ports, topic, group };
}

/**
 * Topics and tables, each as soon as its service is ready.
 * @returns the probe of Kafka, which goes on beside whatever comes next.
 */
async function prepareInfra(
  infra: Infra,
  wait: Wait,
  options: BringUpOptions,
  settings: PipelineSettings,
  endpoints: Endpoints,
  progress: BootProgress,
): Promise<{ readonly probe: Promise<void> }> {
  const { values } = settings;
  const own = infra.engine.name !== "external";
  const kafka = createKafka(values, "orders-up");
  const database = openDatabase(values, { applicationName: "orders up", poolSize: 2 });
  let probe: Promise<void> = Promise.resolve();
  try {
    await Promise.all([
      (async () => {
        progress("kafka", "waiting until it answers");
        const { brokers } = endpoints;
        await waitForKafka(infra, wait, kafka, { brokers, group: values.group });
        progress("topics", "creating");
        const { created, smaller } = await ensureTopics(
          kafka,
          pipelineTopicsNamed(values.topic, values.dlqTopic),
        );
        const few = smaller.map((t) => `${t.topic} has ${t.found} partitions, not ${t.wanted}`);
        progress("topics", [`${created.length} created`, ...few].join("; "), true);
        // Brokers that we did not start get no topic for our own purposes.
        if (own) {
          progress("kafka", "sending a probe message through it");
          probe = produceAndConsume(kafka, probeWithinMs).then(() =>
            progress("kafka", brokers, true),
          );
          probe.catch(() => {});
        } else progress("kafka", brokers, true);
      })(),
      (async () => {
        progress("postgres", "waiting until it answers");
        await waitForPostgres(infra, wait, database);
        progress("postgres", new URL(endpoints.databaseUrl).host, true);
        progress("database", "migrating");
        const { migrations, touched } = await prepareDatabase(database, {
          own,
          migrate: options.migrate,
        });
        progress("database", touched ? `${migrations} migrations applied` : "left as it is", true);
      })(),
    ]);
    await beginFirstEpoch(database, kafka, values.topic);
    return { probe };
  } catch (error) {
    const { brokers, databaseUrl } = endpoints;
    throw explainDatabaseError(explainKafkaError(error, brokers), databaseUrl);
  } finally {
    await database.close();
  }
}

/** Starts what is missing, and ends what is too many, of the API and the consumers. */
async function startChildren(
  directory: string,
  children: readonly ChildSpec[],
  onlyInfra: boolean,
  wait: Wait,
  progress: BootProgress,
): Promise<void> {
  if (onlyInfra) return;
  const wanted = new Set(children.map(({ name }) => name));
  const surplus = (readSupervisorSpec(directory)?.children ?? [])
    .map(({ name }) => name)
    .filter((name) => (isApi(name) || isConsumer(name)) && !wanted.has(name));
  await amendChildren(directory, { put: children, remove: surplus });
  const ready = async (step: "api" | "consumer", own: (name: string) => boolean) => {
    const ours = children.filter(({ name }) => own(name));
    if (ours.length === 0) return;
    progress(step, "waiting until ready");
    await Promise.all(ours.map((child) => waitForChild(directory, wait, child)));
    progress(step, ours.map(({ name, port }) => `${name} :${port}`).join(" "), true);
  };
  await Promise.all([ready("api", isApi), ready("consumer", isConsumer)]);
}
