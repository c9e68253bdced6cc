import { lstatSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { bytesOnDisk } from "./bytes-on-disk.ts";
import { readDockerRecord } from "./engines/docker/docker-record.ts";
import { readLocalRecord } from "./engines/local/local-record.ts";
import { readSupervisorState } from "./processes/supervisor-files.ts";
import { servicesIn } from "./services/profile.ts";
import { type Service, type SupervisedService, servicesWithPort } from "./services/service.ts";
import { knownServices } from "./services/services.ts";
import { isStackName, runsDirectory, stackDirectory } from "./stack-paths.ts";
import { isElsewhere, readStackRecord } from "./stack-record.ts";
import { stackSettings } from "./stack-settings.ts";
import { readStackState } from "./stack-state.ts";
import type { EngineName, StackState, StackSummary } from "./stack-status.ts";
import { readProcesses } from "./status.ts";

/** Of every user's own state directory. Reads only; asks no Kafka and no PostgreSQL. */
export async function listStacks(
  services: readonly Service[] = knownServices,
): Promise<readonly StackSummary[]> {
  const base = dirname(stackDirectory("any"));
  const names = directoriesIn(base);
  return Promise.all(names.toSorted().map((name) => summaryOf(base, name, services)));
}

function directoriesIn(base: string): readonly string[] {
  try {
    return readdirSync(base).filter(
      (name) => join(base, name) !== runsDirectory() && lstatSync(join(base, name)).isDirectory(),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

async function summaryOf(
  base: string,
  stack: string,
  knownOnes: readonly Service[],
): Promise<StackSummary> {
  const directory = join(base, stack);
  const record = readStackRecord(directory);
  const services = servicesIn(record?.profile, knownOnes);
  const copied = isElsewhere(directory);
  const processes =
    record === undefined || copied
      ? []
      : await readProcesses(
          { stack, directory },
          record.engine,
          services,
          readSupervisorState(directory),
        ).catch(() => []);
  const running = processes.filter(({ pid }) => pid !== null).length;
  const { state } = readStackState(stack, running > 0);
  const leftOver = leftOverOf({ stack, state, copied });
  const context = { stack, directory };
  const portOf = (name: string) => processes.find((each) => each.name === name)?.port ?? null;
  const recorded =
    record?.engine === "docker"
      ? readDockerRecord(context)?.ports
      : readLocalRecord(context)?.ports;
  const known = stackSettings(stack);
  // Brought up without the pipeline, it serves nothing.
  const serves = (service: SupervisedService) =>
    known?.[service.urlSetting ?? "brokers"] !== undefined;
  return {
    stack,
    state,
    engine: record?.engine ?? null,
    processes: { running, all: processes.length },
    ports: Object.fromEntries(
      servicesWithPort(services).map((service) => [
        service.name,
        service.stage === "engine"
          ? (portOf(service.name) ?? recorded?.[service.name] ?? null)
          : serves(service)
            ? (record?.ports[service.name] ?? [])
            : [],
      ]),
    ),
    bytes: record?.engine === "docker" ? null : bytesOnDisk(stack),
    made_at: madeAt(directory),
    left_over: leftOver,
    remove: removeCommand(stack, record?.engine, leftOver),
  };
}

/** Pure. */
export function leftOverOf(of: {
  readonly stack: string;
  readonly state: StackState;
  readonly copied: boolean;
}): StackSummary["left_over"] {
  const { stack, state } = of;
  if (!isStackName(basename(stack))) return "strange_name";
  if (of.copied) return "copied";
  if (state === "logs_only") return "logs";
  if (state === "half_made") return "half_made";
  if (stack.startsWith("verify-") && state !== "booting" && state !== "stopping")
    return "verification";
  return null;
}

function removeCommand(
  stack: string,
  engine: EngineName | undefined,
  leftOver: StackSummary["left_over"],
): string | null {
  if (leftOver === "strange_name") return null;
  const how = engine === "external" ? "--forget" : "--volumes --yes";
  return `orders down ${how} --stack ${stack}`;
}

function madeAt(directory: string): string {
  const { birthtimeMs, mtimeMs } = statSync(directory);
  // Some file systems keep no time of birth.
  return new Date(birthtimeMs > 0 ? birthtimeMs : mtimeMs).toISOString();
}
