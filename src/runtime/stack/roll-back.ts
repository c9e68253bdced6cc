import { Failure } from "../../failure/failure.ts";
import { endSupervisor } from "./end-supervisor.ts";
import type { Engine, EngineContext, EngineName } from "./engines/engine.ts";
import { engineOf } from "./engines/engine-of.ts";
import type { SupervisorSpec } from "./processes/child-spec.ts";
import { signalProcess } from "./processes/process-identity.ts";
import { runningChildren, stopChildren } from "./processes/stop-children.ts";
import { runningSupervisor } from "./processes/supervisor-client.ts";
import { readSupervisorSpec, supervisorFiles } from "./processes/supervisor-files.ts";
import { engineServices, type Service } from "./services/service.ts";
import { services as allServices } from "./services/services.ts";
import { readStackRecord, type StackRecord, writeStackRecord } from "./stack-record.ts";
import {
  removeStackSettings,
  type StackSettings,
  stackSettings,
  writeStackSettings,
} from "./stack-settings.ts";
import { writeJsonAtomic } from "./state-file.ts";

const graceMs = 3_000;

/** What ran before a boot, and what was on record: a failed one must leave both as they were. */
export interface Before {
  readonly children: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly spec: SupervisorSpec | undefined;
  readonly record: StackRecord | undefined;
  readonly settings: StackSettings | undefined;
}

export async function findBefore(context: EngineContext, engine: Engine): Promise<Before> {
  const services = await engine.status(context);
  const running = services.filter(({ state }) => state === "running" || state === "starting");
  return {
    children: new Set(runningChildren(context.directory).map(({ name }) => name)),
    services: new Set(running.map(({ service }) => service)),
    spec: readSupervisorSpec(context.directory),
    record: readStackRecord(context.directory),
    settings: stackSettings(context.stack),
  };
}

/**
 * Stops what a failed boot started, and only that, and puts back what was to run before, how many of
 * it, and where: also what happened to be dead just then, or was replaced. Never throws: the boot's
 * failure is what counts.
 */
export async function rollBack(
  context: EngineContext,
  engine: Engine,
  before: Before,
  services: readonly Service[] = allServices,
): Promise<void> {
  const { directory, stack } = context;
  try {
    const infra = engineServices(services).map(({ name }) => name);
    // Those in the spec too: one that is dead just now would be started again.
    const known = [
      ...runningChildren(directory).map(({ name }) => name),
      ...(readSupervisorSpec(directory)?.children ?? []).map(({ name }) => name),
    ];
    const started = known.filter((name) => !before.children.has(name) && !infra.includes(name));
    await stopChildren(directory, started, graceMs);
    const missing = engine.services
      .map(({ name }) => name)
      .filter((name) => !before.services.has(name));
    if (missing.length > 0)
      await engine.stop(context, { services: missing, graceMs, removeData: false });
    if (before.settings === undefined) removeStackSettings(stack);
    else writeStackSettings(stack, before.settings);
    // What another engine left behind must be found by `down`: then the new record stays.
    if (before.record?.engine === engine.name) writeStackRecord(directory, before.record);
    // Where nothing ran, nobody is left who would start what is on record.
    if (before.children.size === 0 && before.services.size === 0) await endSupervisor(directory);
    restoreSpec(directory, before.spec);
  } catch {}
}

/** The supervisor, if one is at work, acts on it as on any other change; one that is stopped, later. */
function restoreSpec(directory: string, spec: SupervisorSpec | undefined): void {
  if (spec === undefined) return;
  const revision = Math.max(spec.revision, readSupervisorSpec(directory)?.revision ?? 0) + 1;
  writeJsonAtomic(supervisorFiles(directory).spec, { ...spec, revision });
  const supervisor = runningSupervisor(directory);
  if (supervisor !== undefined) signalProcess(supervisor, "SIGHUP");
}

/** Two engines at once would leave one of them running, unknown to `down`. */
export async function requireSameEngine(
  context: EngineContext,
  wanted: EngineName,
  made: readonly Service[],
): Promise<void> {
  const record = readStackRecord(context.directory);
  if (record === undefined || record.engine === wanted) return;
  const former = await engineOf(record.engine, made);
  const services = await former.status(context);
  const runs =
    services.some(({ state }) => state !== "stopped" && state !== "failed") ||
    runningChildren(context.directory).length > 0;
  if (!runs) return;
  throw new Failure("environment", {
    what: `the stack ${context.stack} is up on the engine ${record.engine}, not ${wanted}`,
    meaning: "a stack runs on one engine at a time",
    remedy: `\`orders down --stack ${context.stack}\` first, or use another --stack`,
  });
}
