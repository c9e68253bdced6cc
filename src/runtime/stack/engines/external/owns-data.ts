import { Failure } from "../../../../failure/failure.ts";
import type { EngineName } from "../engine.ts";

export interface OwnershipEvidence {
  /** Engine of the stack that a command is about; undefined when there is no such stack. */
  readonly stackEngine: EngineName | undefined;
  /** Addresses that the stack recorded when it came up. */
  readonly stack: {
    readonly brokers?: string | undefined;
    readonly databaseUrl?: string | undefined;
  };
  /** Addresses that the command would work on. */
  readonly used: {
    readonly brokers?: string | undefined;
    readonly databaseUrl?: string | undefined;
  };
}

/**
 * Pure. Whether `orders up` made what a command is about to destroy. Given addresses are ours when
 * they are the very ones of the stack (as after `eval "$(orders status --env)"`).
 */
export function ownsData({ stackEngine, stack, used }: OwnershipEvidence): boolean {
  if (stackEngine === undefined || stackEngine === "external") return false;
  return stack.brokers === used.brokers && stack.databaseUrl === used.databaseUrl;
}

/**
 * @param doing what is refused, e.g. "reset" or "down --volumes".
 * @throws Failure("usage") when the data is not ours and nobody said that it may be destroyed.
 */
export function refuseForeignData(
  evidence: OwnershipEvidence,
  iOwnThis: boolean,
  doing: string,
): void {
  if (iOwnThis || ownsData(evidence)) return;
  throw new Failure("usage", {
    what: `${doing} would destroy data in services that \`orders up\` did not start`,
    meaning: "Kafka and the database were given from outside; others may depend on what is there",
    remedy: "if it is yours to destroy, say so with --i-own-this",
  });
}
