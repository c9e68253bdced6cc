import { Failure } from "../../failure/failure.ts";
import { instanceVariable } from "../../runtime/lifecycle/processes/as-instance.ts";
import { cleanEnvironment } from "../../runtime/lifecycle/processes/clean-environment.ts";
import { createInstances, InstanceDied } from "../../runtime/lifecycle/processes/instances.ts";
import { ownCommand } from "../../runtime/lifecycle/processes/own-program.ts";
import { startChild } from "../../runtime/lifecycle/processes/start-child.ts";
import { type SettingKey, type Settings, settingSpecs } from "../../runtime/settings/settings.ts";

export interface ConsumerProcesses {
  readonly pids: readonly number[];
  /** Rejects when one ends otherwise than caught up. */
  readonly ended: Promise<void>;
  /** Asks them to end, kills what does not. Resolves when all are gone. */
  stop(): Promise<void>;
}

const stopWithinMs = 7_000;

/**
 * Starts `orders consume` (`--until-caught-up`, unless told otherwise) as so many processes of their own: the real program, with
 * every setting told. They end with this process, however it ends (as the instances of `consume`).
 */
export function startConsumers(
  settings: Settings,
  instances: number,
  { untilCaughtUp = true } = {},
): ConsumerProcesses {
  const end = untilCaughtUp ? ["--until-caught-up"] : [];
  const program = ownCommand(["consume", ...end, "--stats-interval", "1h"]);
  const environment = { ...cleanEnvironment(process.env), ...environmentOf(settings) };
  const consumers = createInstances({
    ...{ count: instances, afterDeath: "fail", mayEnd: true },
    start(instance) {
      const env = { ...environment, [instanceVariable]: String(instance) };
      const child = startChild({ ...program, env, output: "kept" });
      // Its result: everything is closed. The channel to us would keep the process alive.
      child.onMessage(() => child.stop(stopWithinMs));
      return child;
    },
  });
  void consumers.start();
  const ended = Promise.race([consumers.ended, consumers.failed.catch(explain)]);
  ended.catch(() => {});
  return { pids: consumers.pids, ended, stop: () => consumers.stop(stopWithinMs) };
}

function explain(error: unknown): never {
  if (!(error instanceof InstanceDied)) throw error;
  const { code, signal, notStarted, said } = error.death.end;
  throw (
    notStarted ??
    new Failure("environment", {
      what: `the consumer ended with ${code ?? signal}: ${said || "it said nothing"}`,
      meaning: "not all of the work was done by as many as were asked for",
    })
  );
}

function environmentOf(settings: Settings): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const key of Object.keys(settingSpecs) as SettingKey[]) {
    const value = settings[key];
    if (value !== undefined) environment[settingSpecs[key].env] = String(value);
  }
  return environment;
}
