import type { Settings } from "../../runtime/settings/settings.ts";
import { engineOf } from "../../runtime/stack/engines/engine-of.ts";
import { stackDirectory } from "../../runtime/stack/stack-paths.ts";
import { readStackRecord } from "../../runtime/stack/stack-record.ts";
import { stackSettings } from "../../runtime/stack/stack-settings.ts";

/** Processes of this machine that belong to the stack; undefined where it is not ours, or not here. */
export interface StackProcesses {
  readonly kafka: number | undefined;
  readonly postgresql: number | undefined;
}

/** Only of a local stack, and only when the bench really works on it: Docker's are out of our reach. */
export async function stackProcesses(stack: string, settings: Settings): Promise<StackProcesses> {
  const unknown = { kafka: undefined, postgresql: undefined };
  const directory = stackDirectory(stack);
  const known = stackSettings(stack);
  const record = known === undefined ? undefined : readStackRecord(directory);
  if (known === undefined || record?.engine !== "local" || process.platform !== "linux")
    return unknown;
  const services = await (await engineOf(record.engine)).status({ stack, directory });
  const pidOf = (name: "kafka" | "postgres") =>
    services.find(({ service }) => service === name)?.pid;
  return {
    kafka: known.brokers === settings.brokers ? pidOf("kafka") : undefined,
    postgresql: known.databaseUrl === settings.databaseUrl ? pidOf("postgres") : undefined,
  };
}
