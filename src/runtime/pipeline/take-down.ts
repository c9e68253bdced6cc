import { existsSync, rmSync } from "node:fs";
import { Failure } from "../../failure/failure.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import type { EngineContext } from "../engines/engine.ts";
import { engineOf } from "../engines/engine-of.ts";
import { removeExternalData } from "../engines/external/remove-data.ts";
import { killGroup } from "../processes/end-process.ts";
import { findMarkedProcesses } from "../processes/marked-processes.ts";
import { runningChildren, stopChildren } from "../processes/stop-children.ts";
import { stackDirectory } from "../stack/stack-paths.ts";
import { readStackRecord } from "../stack/stack-record.ts";
import { lastStackSettings, removeStackSettings } from "../stack/stack-settings.ts";
import { endSupervisor, forgetSupervision } from "./end-supervisor.ts";
import { lockStack } from "./lock-stack.ts";
import { isApi, isConsumer } from "./pipeline-children.ts";

export interface TakeDownOptions {
  readonly stack: string;
  /** Also remove the data. */
  readonly volumes: boolean;
  /** External engine: the data that --volumes removes there may be removed. */
  readonly iOwnThis: boolean;
  readonly signal?: AbortSignal;
}

export interface TakenDown {
  readonly stack: string;
  /** Names of what ran and was stopped. */
  readonly stopped: readonly string[];
  /** On the external engine: the pipeline's tables and topics there. */
  readonly data_removed: boolean;
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
  const { stack, volumes } = options;
  const directory = stackDirectory(stack);
  if (!existsSync(directory)) return { stack, stopped: [], data_removed: false };
  refuseForeignData(options, directory);
  const release = await lockStack(directory, "orders down", options.signal, (holder) =>
    progress(`waiting for \`${holder.doing}\` (PID ${holder.pid})`),
  );
  try {
    const context = { stack, directory };
    const record = readStackRecord(directory);
    const engine = await engineOf(record?.engine ?? "local");
    const before = runningChildren(directory).map(({ name }) => name);
    const services = (await engine.status(context).catch(() => []))
      .filter(({ state }) => state === "running" || state === "starting")
      .map(({ service }) => service);
    // A stack that is down already remembers where its services are.
    const known = lastStackSettings(stack);
    // Commands beside the stack see at once that it is going.
    removeStackSettings(stack);
    await endSupervisor(directory);
    await stopStage(directory, isApi, "the API", progress);
    await stopStage(directory, isConsumer, "the consumers", progress);
    const ours = engine.name !== "external";
    if (ours) progress(`stopping Kafka and PostgreSQL${volumes ? " and removing the data" : ""}`);
    await engine.stop(context, { graceMs, removeData: volumes });
    sweep(context);
    if (volumes && engine.name === "external" && known !== undefined) {
      const { topic, group } = record ?? {};
      const resolved = resolveSettings({
        stack: { ...(topic ? { topic } : {}), ...(group ? { group } : {}), ...known },
      });
      await removeExternalData(resolved.values);
    }
    forgetSupervision(directory);
    if (volumes) rmSync(directory, { recursive: true, force: true });
    return {
      stack,
      stopped: [...new Set([...before, ...services])],
      data_removed: volumes && (ours || known !== undefined),
    };
  } finally {
    release();
  }
}

async function stopStage(
  directory: string,
  belongs: (name: string) => boolean,
  title: string,
  progress: (doing: string) => void,
): Promise<void> {
  const names = runningChildren(directory)
    .map(({ name }) => name)
    .filter(belongs);
  if (names.length === 0) return;
  progress(`stopping ${title}`);
  await stopChildren(directory, names, graceMs);
}

/** Whatever still carries this stack's mark: a training broker, the workers of a killed consumer. */
function sweep({ directory }: EngineContext): void {
  for (const { identity } of findMarkedProcesses(directory)) killGroup(identity);
}

function refuseForeignData({ stack, volumes, iOwnThis }: TakeDownOptions, directory: string): void {
  if (!volumes || iOwnThis || readStackRecord(directory)?.engine !== "external") return;
  throw new Failure("usage", {
    what: `the stack ${stack} uses a Kafka and a database that orders did not start`,
    meaning: "--volumes would remove what is in them",
    remedy:
      "leave out --volumes to stop the API and the consumers only; if all of it is yours to remove, add --i-own-this",
  });
}
