import { Failure } from "../../failure/failure.ts";
import {
  type Failpoint,
  type FollowFailpoint,
  failpoints,
  followFailpoints,
} from "../failpoints.ts";

type AnyFailpoint = Failpoint | FollowFailpoint;

const names: readonly string[] = [...failpoints, ...followFailpoints];

const actions = {
  kill: () => process.kill(process.pid, "SIGKILL"),
  stop: () => process.kill(process.pid, "SIGSTOP"),
  throw: (point: AnyFailpoint) => {
    throw new Error(`failpoint ${point}`);
  },
} as const satisfies Record<string, (point: AnyFailpoint) => unknown>;

export interface SetFailpoint {
  readonly reach: (point: AnyFailpoint) => void;
  /** For stderr: nobody should wonder why a consumer dies. */
  readonly notice: string;
}

const variable = "ORDERS_FAILPOINT";

/**
 * What ORDERS_FAILPOINT=<name>[:nth][:action] asks for: the process kills itself (default), stops
 * itself (SIGSTOP) or throws when it reaches the point for the nth time (default 1).
 * @returns undefined when it is not set: then nothing is watched.
 * @throws Failure("usage") for what it does not know.
 */
export function readFailpoint(environment = process.env): SetFailpoint | undefined {
  const text = environment[variable];
  if (!text) return undefined;
  const [name = "", ...rest] = text.split(":");
  const nth = /^\d+$/.test(rest[0] ?? "") ? Number(rest.shift()) : 1;
  const action = rest.shift() ?? "kill";
  if (!isFailpoint(name) || !isAction(action) || nth < 1 || rest.length > 0) {
    throw new Failure("usage", {
      what: `${variable}=${text} is not <name>[:nth][:action]`,
      meaning: `the names are ${names.join(", ")}; the actions are ${Object.keys(actions).join(", ")}`,
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

function isFailpoint(name: string): name is AnyFailpoint {
  return names.includes(name);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}
