import { cleanEnvironment } from "../../lifecycle/processes/clean-environment.ts";
import { type Child, startChild } from "../../lifecycle/processes/start-child.ts";
import type { ChildSpec } from "./child-spec.ts";
import { serviceMark, stackMark } from "./marked-processes.ts";
import { logFile } from "./supervisor-files.ts";

/** Starts a process of the stack with its marks: it lives on unharmed when the one that starts it is killed. */
export function spawnChild(
  stackDirectory: string,
  spec: Pick<ChildSpec, "name" | "command" | "args" | "env" | "cwd" | "uid" | "gid">,
): Child {
  const { name, env, ...program } = spec;
  return startChild({
    ...program,
    env: {
      // Cleaned when the supervisor was started; once more for what an older one had not cleaned.
      ...cleanEnvironment(process.env),
      ...env,
      [stackMark]: stackDirectory,
      [serviceMark]: name,
    },
    output: { file: logFile(stackDirectory, name) },
  });
}
