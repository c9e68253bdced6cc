import { existsSync, readdirSync } from "node:fs";
import { Failure } from "../../failure/failure.ts";
import { resolveSettings } from "../settings/resolve-settings.ts";
import { endSupervisor, forgetSupervision } from "./end-supervisor.ts";
import type { EngineContext } from "./engines/engine.ts";
import { engineOf } from "./engines/engine-of.ts";
import { removeExternalData } from "./engines/external/remove-external-data.ts";
import { gatherLogs, logsDirectory } from "./gather-logs.ts";
import { lockStack } from "./lock-stack.ts";
import { findOwnDirectory, removeOwnDirectory } from "./own-directory.ts";
import { killGroup } from "./processes/end-process.ts";
import { findMarkedProcesses } from "./processes/marked-processes.ts";
import { runningChildren, stopChildren } from "./processes/stop-children.ts";
import { needsOf, servicesIn } from "./services/profile.ts";
import {
  isInstanceOf,
  type Service,
  type SupervisedService,
  supervisedServices,
} from "./services/service.ts";
import { knownServices } from "./services/services.ts";
import { stackDirectory } from "./stack-paths.ts";
import {
  isElsewhere,
  readStackRecord,
  type StackRecord,
  writeStackRecord,
} from "./stack-record.ts";
import { lastStackSettings, removeStackSettings } from "./stack-settings.ts";

export interface TakeDownOptions {
  readonly stack: string;
  /** What stacks may be made of; default: services/services.ts. */
  readonly services?: readonly Service[];
  /** Also remove the data. */
  readonly volumes: boolean;
  /** External engine: the data that --volumes removes there may be removed. */
  readonly iOwnThis: boolean;
  /** External engine: forget the stack here, and leave the data there alone. */
  readonly forget?: boolean;
  /** With volumes or forget: the logs stay, for `orders logs`, until another `down --volumes`. */
  readonly keepLogs?: boolean;
  /** Called while the logs of everything are still there. */
  readonly saveLogs?: ((directory: string) => void) | undefined;
  readonly signal?: AbortSignal;
}

export interface TakenDown {
  readonly stack: string;
  /** Names of what ran and was stopped. */
  readonly stopped: readonly string[];
  /** On the external engine: the pipeline's tables and topics there. */
  readonly data_removed: boolean;
  /** What was found in the stack's directory that orders does not put there: it stays. */
  readonly left: readonly string[];
  /** Where logs were kept; undefined when they were not asked for, or there are none. */
  readonly logs?: string | undefined;
}

/** From asking kindly to SIGKILL, per stage. */
const graceMs = 5_000;

/**
 * Stops a stack, whatever state it is in: needs no supervisor, no service that answers and no
 * process that remembers anything; the records and the marks of the processes suffice. Orders in
 * flight end well: first the API stops taking them, then the consumers, then what they rest on.
 */
export async function takeDown(
  options: TakeDownOptions,
  progress: (doing: string) => void,
): Promise<TakenDown> {
  const { stack, volumes, services: made = knownServices } = options;
  const directory = stackDirectory(stack);
  if (!mayTakeDown(options)) return { stack, stopped: [], data_removed: false, left: [] };
  const release = await lockStack(directory, "orders down", options.signal, (holder) =>
    progress(`waiting for \`${holder.doing}\` (PID ${holder.pid})`),
  );
  try {
    const context = { stack, directory };
    if (isElsewhere(directory)) forgetSupervision(directory);
    const record = readStackRecord(directory);
    const engine = await engineOf(record?.engine ?? "local", made);
    const before = runningChildren(directory).map(({ name }) => name);
    const services = (await engine.status(context).catch(() => []))
      .filter(({ state }) => state === "running" || state === "starting")
      .map(({ service }) => service);
    // A stack that is down already remembers where its services are.
    const known = lastStackSettings(stack);
    // Commands beside the stack see at once that it is going.
    removeStackSettings(stack);
    await endSupervisor(directory);
    for (const service of supervisedServices(made)) {
      await stopService(directory, service, progress);
    }
    const { keepLogs = false, saveLogs } = options;
    if (keepLogs || saveLogs !== undefined) await gatherLogs(context, engine);
    const ours = engine.name !== "external";
    const given = engine.services.map(({ title }) => title).join(" and ");
    if (ours) progress(`stopping ${given}${volumes ? " and removing the data" : ""}`);
    await engine.stop(context, { graceMs, removeData: volumes });
    sweep(context);
    if (volumes && engine.name === "external" && known !== undefined) {
      const { topic, group } = record ?? {};
      const resolved = resolveSettings({
        stack: { ...(topic ? { topic } : {}), ...(group ? { group } : {}), ...known },
      });
      const needs = needsOf(servicesIn(record?.profile, made));
      await removeExternalData(resolved.values, undefined, needs);
    }
    forgetSupervision(directory);
    saveLogs?.(logsDirectory(directory));
    const gone = volumes || options.forget === true;
    const logs = gone && keepLogs ? keptLogs(directory, record) : undefined;
    return {
      stack,
      stopped: [...new Set([...before, ...services])],
      data_removed: volumes && (ours || known !== undefined),
      left: gone ? removeOwnDirectory(directory, logs === undefined ? [] : logsAndRecord) : [],
      ...(logs === undefined ? {} : { logs }),
    };
  } finally {
    release();
  }
}

async function stopService(
  directory: string,
  service: SupervisedService,
  progress: (doing: string) => void,
): Promise<void> {
  const names = runningChildren(directory)
    .map(({ name }) => name)
    .filter((name) => isInstanceOf(service, name));
  if (names.length === 0) return;
  progress(`stopping ${service.all}`);
  await stopChildren(directory, names, graceMs);
}

const logsAndRecord = ["logs", "stack.json"] as const;

/** @returns where the logs are, marked as all that is left of the stack; undefined without any. */
function keptLogs(directory: string, record: StackRecord | undefined): string | undefined {
  const logs = logsDirectory(directory);
  if (record === undefined || !existsSync(logs) || readdirSync(logs).length === 0) return undefined;
  writeStackRecord(directory, { ...record, logsOnly: true });
  return logs;
}

/** Whatever still carries this stack's mark: a training broker, the workers of a killed consumer. */
function sweep({ directory }: EngineContext): void {
  for (const { identity } of findMarkedProcesses(directory)) killGroup(identity);
}

/**
 * Before anything is touched, and before anybody is asked.
 * @returns whether there is such a stack.
 * @throws Failure when it, or its data, is not ours to remove.
 */
export function mayTakeDown({
  stack,
  volumes,
  iOwnThis,
  forget = false,
}: Pick<TakeDownOptions, "stack" | "volumes" | "iOwnThis" | "forget">): boolean {
  const directory = stackDirectory(stack);
  if (!findOwnDirectory(directory)) return false;
  const isExternal = readStackRecord(directory)?.engine === "external";
  if (volumes && isExternal && !iOwnThis) {
    throw new Failure("usage", {
      what: `the stack ${stack} uses a Kafka and a database that orders did not start`,
      meaning: "--volumes would remove what is in them",
      remedy:
        "leave out --volumes to stop the API and the consumers only, and add --forget to leave no trace of the stack here; if all of it is yours to remove, add --i-own-this",
    });
  }
  if (forget && !isExternal) {
    throw new Failure("usage", {
      what: `--forget is for stacks on services that orders did not start; ${stack} is none`,
      meaning: "its data would stay, and nobody would know of it",
      remedy: "`orders down` keeps the data, `orders down --volumes` removes it",
    });
  }
  return true;
}
