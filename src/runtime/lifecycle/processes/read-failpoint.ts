import { Failure } from "../../../failure/failure.ts";

const actions = {
  kill: () => process.kill(process.pid, "SIGKILL"),
  stop: () => process.kill(process.pid, "SIGSTOP"),
  throw: (point: string) => {
    throw new Error(`failpoint ${point}`);
  },
} as const satisfies Record<string, (point: string) => unknown>;

export interface SetFailpoint<Name extends string> {
  /** Called at each point; returns at once unless this point is set. */
  readonly reach: (point: Name) => void;
  /** For stderr: nobody should wonder why a process dies. */
  readonly notice: string;
}

const variable = "ORDERS_FAILPOINT";

/**
 * What ORDERS_FAILPOINT=<name>[:nth][:action] asks for: the process kills itself (default), stops
 * itself (SIGSTOP) or throws when it reaches the point for the nth time (default 1).
 * @param failpoints the names that there are.
 * @returns undefined when it is not set: then nothing is watched.
 * @throws Failure("usage") for what it does not know.
 */
export function readFailpoint<Name extends string>(
  failpoints: readonly Name[],
  environment = process.env,
): SetFailpoint<Name> | undefined {
  const text = environment[variable];
  if (!text) return undefined;
  const [name = "", ...rest] = text.split(":");
  const nth = /^\d+$/.test(rest[0] ?? "") ? Number(rest.shift()) : 1;
  const action = rest.shift() ?? "kill";
  if (!isOneOf(failpoints, name) || !isAction(action) || nth < 1 || rest.length > 0) {
    throw new Failure("usage", {
      what: `${variable}=${text} is not <name>[:nth][:action]`,
      meaning: `the names are ${failpoints.join(", ")}; the actions are ${Object.keys(actions).join(", ")}`,
      remedy: `unset ${variable}, unless a test sets it`,
    });
  }
  let reached = 0;
  return {
    reach(point) {
      if (point === name && ++reached === nth) actions[action](point);
    },
    notice: `${variable} is set: at "${name}", time ${nth}, this process will ${action}`,
  };
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}
