import { Failure } from "../../failure/failure.ts";
import type { Engine, EngineContext, EngineName, InfraService } from "../engines/engine.ts";
import { engineOf } from "../engines/engine-of.ts";
import { runningChildren, stopChildren } from "../processes/stop-children.ts";
import { readSupervisorSpec } from "../processes/supervisor-files.ts";
import { readStackRecord } from "../stack/stack-record.ts";
import { removeStackSettings, stackSettings } from "../stack/stack-settings.ts";
import { endSupervisor } from "./end-supervisor.ts";

const graceMs = 3_000;

/** What ran before a boot: a failed one must leave it running. */
export interface Before {
  readonly children: ReadonlySet<string>;
  readonly services: ReadonlySet<InfraService>;
  readonly hadSettings: boolean;
}

export async function findBefore(context: EngineContext, engine: Engine): Promise<Before> {
  const services = await engine.status(context);
  const running = services.filter(({ state }) => state === "running" || state === "starting");
  return {
    children: new Set(runningChildren(context.directory).map(({ name }) => name)),
    services: new Set(running.map(({ service }) => service)),
    hadSettings: stackSettings(context.stack) !== undefined,
  };
}

/** Stops what a failed boot started, and only that. Never throws: the boot's failure is what counts. */
export async function rollBack(
  context: EngineContext,
  engine: Engine,
  before: Before,
): Promise<void> {
  const { directory, stack } = context;
  try {
    const infra = ["kafka", "postgres"] as const;
    // Those in the spec too: one that is dead just now would be started again.
    const known = [
      ...runningChildren(directory).map(({ name }) => name),
      ...(readSupervisorSpec(directory)?.children ?? []).map(({ name }) => name),
    ];
    const started = known.filter(
      (name) => !before.children.has(name) && !(infra as readonly string[]).includes(name),
    );
    await stopChildren(directory, started, graceMs);
    const services = infra.filter((service) => !before.services.has(service));
    if (services.length > 0 && engine.name !== "external") {
      await engine.stop(context, { services, graceMs, removeData: false });
    }
    if (!before.hadSettings) removeStackSettings(stack);
    if (before.children.size === 0 && before.services.size === 0) await endSupervisor(directory);
  } catch {}
}

/** Two engines at once would leave one of them running, unknown to `down`. */
export async function requireSameEngine(context: EngineContext, wanted: EngineName): Promise<void> {
  const record = readStackRecord(context.directory);
  if (record === undefined || record.engine === wanted) return;
  const former = await engineOf(record.engine);
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
