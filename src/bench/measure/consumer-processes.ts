import { type ChildProcess, spawn } from "node:child_process";
import { Failure } from "../../failure/failure.ts";
import { instanceVariable } from "../../runtime/lifecycle/run-instances.ts";
import { type SettingKey, type Settings, settingSpecs } from "../../runtime/settings/settings.ts";
import { cleanEnvironment } from "../../runtime/stack/processes/clean-environment.ts";
import { ownCommand } from "../../runtime/stack/processes/own-program.ts";

export interface ConsumerProcesses {
  readonly pids: readonly number[];
  /** Rejects when one ends otherwise than caught up. */
  readonly ended: Promise<void>;
  /** Asks them to end, kills what does not. Resolves when all are gone. */
  stop(): Promise<void>;
}

const stopWithinMs = 6_000;
const saidMax = 4_000;

/**
 * Starts `orders consume --until-caught-up` as so many processes of their own: the real program, with
 * every setting told. They end with this process, however it ends (as the instances of `consume`).
 */
export function startConsumers(settings: Settings, instances: number): ConsumerProcesses {
  const { command, args } = ownCommand(["consume", "--until-caught-up", "--stats-interval", "1h"]);
  const children = Array.from({ length: instances }, (_, index) =>
    spawn(command, args, {
      // The password is in the environment, not in `ps`.
      env: {
        ...cleanEnvironment(process.env),
        ...environmentOf(settings),
        [instanceVariable]: String(index + 1),
      },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Ctrl-C reaches the whole group of a terminal; we decide when a consumer ends.
      detached: true,
    }),
  );
  const ends = children.map(endOf);
  const ended = Promise.all(ends).then(() => {});
  ended.catch(() => {});
  return {
    pids: children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    ended,
    async stop() {
      for (const child of children) child.kill("SIGTERM");
      const killing = setTimeout(() => {
        for (const child of children) child.kill("SIGKILL");
      }, stopWithinMs);
      await Promise.allSettled(ends);
      clearTimeout(killing);
    },
  };
}

function endOf(child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-saidMax);
  });
  return new Promise((resolve, reject) => {
    let isDone = false;
    child.once("message", () => {
      // Its result: everything is closed. The channel to us would keep the process alive.
      isDone = true;
      child.kill("SIGTERM");
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0 || isDone) resolve();
      else {
        reject(
          new Failure("environment", {
            what: `the consumer ended with ${code ?? signal}: ${said.trim() || "it said nothing"}`,
            meaning: "the drain was not measured",
          }),
        );
      }
    });
  });
}

function environmentOf(settings: Settings): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const key of Object.keys(settingSpecs) as SettingKey[]) {
    const value = settings[key];
    if (value !== undefined) environment[settingSpecs[key].env] = String(value);
  }
  return environment;
}
