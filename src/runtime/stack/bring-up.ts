import { mkdirSync } from "node:fs";
import { Failure } from "../../failure/failure.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { explainKafkaError } from "../kafka/kafka-failure.ts";
import { allOrNone } from "../lifecycle/all-or-none.ts";
import { ownCommand } from "../lifecycle/processes/own-program.ts";
import { explainDatabaseError } from "../postgres/database-failure.ts";
import type { BootProgress } from "./boot-progress.ts";
import type { BringUpOptions } from "./bring-up-options.ts";
import { chooseShape } from "./choose-shape.ts";
import { forgetSupervision } from "./end-supervisor.ts";
import type { EngineContext, StartResult } from "./engines/engine.ts";
import { kafkaAuthByHand } from "./engines/refuse-auth.ts";
import { lockStack } from "./lock-stack.ts";
import { findOwnDirectory } from "./own-directory.ts";
import { pipelineSettings, stackSettingsAfter } from "./pipeline-settings.ts";
import { prepareInfra, proveInfra } from "./prepare-infra.ts";
import { ensureSupervisor } from "./processes/supervisor-client.ts";
import { findBefore, requireSameEngine, rollBack } from "./roll-back.ts";
import { serviceChildren, serviceUrls, urlSettings } from "./service-children.ts";
import { needsOf, servicesIn } from "./services/profile.ts";
import { engineServices, type Service } from "./services/service.ts";
import { knownServices } from "./services/services.ts";
import { stackDirectory } from "./stack-paths.ts";
import { isElsewhere, writeStackRecord } from "./stack-record.ts";
import { ensureStackRoles, urlAs } from "./stack-roles.ts";
import { lastStackSettings, removeStackSettings, writeStackSettings } from "./stack-settings.ts";
import type { StackStatus } from "./stack-status.ts";
import { startChildren } from "./start-children.ts";
import { readStatus } from "./status.ts";
import type { Infra } from "./wait-for-infra.ts";
import type { Wait } from "./wait-until.ts";

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
  if (!findOwnDirectory(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { services: known = knownServices } = options;
  const services = servicesIn(options.profile, known);
  const release = await lockStack(directory, "orders up", options.signal, (holder) =>
    progress(services[0]?.name ?? "", `waiting for \`${holder.doing}\` (PID ${holder.pid})`),
  );
  try {
    const context = { stack: options.stack, directory };
    if (isElsewhere(directory)) {
      forgetSupervision(directory);
      removeStackSettings(options.stack);
    }
    await requireSameEngine(context, options.engine.name, services);
    const before = await findBefore(context, options.engine);
    try {
      return await boot(options, { known, services }, context, progress);
    } catch (error) {
      await rollBack(context, options.engine, before, services);
      throw explainTimeout(error, options.timeoutMs);
    }
  } finally {
    release();
  }
}

async function boot(
  options: BringUpOptions,
  {
    known,
    services,
  }: { readonly known: readonly Service[]; readonly services: readonly Service[] },
  context: EngineContext,
  progress: BootProgress,
): Promise<StackStatus> {
  const { engine, signal, onlyInfra, timeoutMs } = options;
  const { directory, stack } = context;
  const given = engineServices(services);
  const record = await chooseShape({ ...options, known, services }, directory);
  // Before anything is started: `down` must know the engine, whatever happens to this process.
  writeStackRecord(directory, record);
  const [, started] = await allOrNone<[unknown, StartResult]>(signal, [
    // It takes a moment to start, and everything but a bare external stack needs it.
    async () => {
      if (!onlyInfra || engine.name !== "external") await ensureSupervisor(directory);
    },
    (both) =>
      engine.start(
        context,
        {
          given: { ...options.settings.values, kafkaAuth: kafkaAuthByHand(options.settings) },
          ports: options.ports,
          timeoutMs,
          signal: both,
        },
        progress,
      ),
  ]);
  const settings = pipelineSettings(
    options.settings,
    engine.name,
    started.endpoints,
    onlyInfra ? {} : serviceUrls(services, record.ports),
  );
  const wait: Wait = { deadlineMs: Date.now() + timeoutMs, signal };
  const kafka = createKafka(settings.values, "orders-up", undefined, {
    patience: { untilMs: wait.deadlineMs, signal },
  });
  const gone = urlSettings(known).filter((key) => !urlSettings(services).includes(key));
  const infra: Infra = { engine, context, kafka, settings: settings.values };
  try {
    await prepareInfra(infra, given, wait, { ...options, needs: needsOf(services) }, progress);
    writeStackSettings(
      stack,
      stackSettingsAfter(engine.name, lastStackSettings(stack), settings.stack, gone),
    );
    const children = onlyInfra
      ? undefined
      : serviceChildren({
          services,
          directory,
          stack,
          ports: record.ports,
          environment: {
            settings: settings.environment,
            databaseUrl:
              engine.name === "external"
                ? started.endpoints.databaseUrl
                : urlAs(started.endpoints.databaseUrl, "application", ensureStackRoles(directory)),
          },
          program: options.program ?? ownCommand,
        });
    await allOrNone(signal, [
      (both) => proveInfra(infra, given, { ...wait, signal: both }, progress),
      async (both) => {
        if (children !== undefined)
          await startChildren(
            directory,
            { services, children },
            { ...wait, signal: both },
            progress,
          );
      },
    ]);
  } catch (error) {
    const { brokers, databaseUrl } = started.endpoints;
    throw explainDatabaseError(explainKafkaError(error, brokers), databaseUrl);
  }
  return readStatus(stack, services);
}

/** A limit of time inside a step speaks as a DOMException. */
function explainTimeout(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof DOMException) || error.name !== "TimeoutError") return error;
  return new Failure(
    "environment",
    {
      what: `the services could not be started within ${timeoutMs / 1000} s`,
      meaning: "what had been started is stopped again",
      remedy: "allow more time with --timeout, or see what is slow with `orders logs`",
    },
    { cause: error },
  );
}
