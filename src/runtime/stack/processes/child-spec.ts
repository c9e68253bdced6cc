import { createHash } from "node:crypto";

/** A process that should be running. The file that lists them holds passwords (env): 0600. */
export interface ChildSpec {
  /** kafka, postgres, api-1, consumer-2, … Names its log file too. */
  readonly name: string;
  readonly command: string;
  /** Seen by everybody in `ps`: no secrets here. */
  readonly args: readonly string[];
  /** Added to the supervisor's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: "SIGTERM" | "SIGINT";
  /** From stopSignal until SIGKILL. */
  readonly stopGraceMs: number;
  /** Where it listens on 127.0.0.1, for status. */
  readonly port?: number;
  /** GET here answers 200 when it is ready. */
  readonly readyUrl?: string;
}

export interface SupervisorSpec {
  /** Grows with every change. A new one gives children that were given up another chance. */
  readonly revision: number;
  readonly children: readonly ChildSpec[];
}

/** Two specs with the same hash need no restart to become the other. */
export function hashOfSpec(spec: ChildSpec): string {
  const { name, command, args, env, cwd, uid, gid, port } = spec;
  const sortedEnv = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([name, command, args, sortedEnv, cwd, uid, gid, port]))
    .digest("hex")
    .slice(0, 16);
}

export interface SpecAmendment {
  readonly put?: readonly ChildSpec[];
  /** Names. */
  readonly remove?: readonly string[];
}

/** Pure: the spec after the amendment, in the order in which children were first added. */
export function amendedSpec(
  spec: SupervisorSpec | undefined,
  { put = [], remove = [] }: SpecAmendment,
): SupervisorSpec {
  const children = new Map((spec?.children ?? []).map((child) => [child.name, child]));
  for (const name of remove) children.delete(name);
  for (const child of put) children.set(child.name, child);
  return { revision: (spec?.revision ?? 0) + 1, children: [...children.values()] };
}
