import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Failure } from "../failure/failure.ts";
import { stackDirectory } from "../runtime/stack/stack-paths.ts";
import { readStackRecord } from "../runtime/stack/stack-record.ts";
import { readStatus } from "../runtime/stack/status.ts";

/**
 * A verification removes its stack with all data, so it must have made it: a name that exists, in
 * whatever state, is refused.
 * @param asked undefined: a name that nobody has.
 * @param purpose what such a name begins with.
 * @throws Failure("usage") with what there is of that name.
 */
export async function chooseOwnName(
  asked: string | undefined,
  purpose: "verify" | "prove" = "verify",
): Promise<string> {
  const stack = asked ?? `${purpose}-${randomBytes(4).toString("hex")}`;
  if (lstatSync(stackDirectory(stack), { throwIfNoEntry: false }) === undefined) return stack;
  throw exists(stack, await stateOf(stack));
}

/**
 * Makes the stack's directory, which must not be there: of two at the same moment, one is refused.
 * @throws Failure("usage")
 */
export function claimName(stack: string): void {
  const directory = stackDirectory(stack);
  mkdirSync(dirname(directory), { recursive: true, mode: 0o700 });
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw exists(stack, "it was made just now");
    throw error;
  }
}

async function stateOf(stack: string): Promise<string> {
  const record = readStackRecord(stackDirectory(stack));
  if (record?.logsOnly === true) return "the logs of a failed verification are kept under it";
  const { up, processes } = await readStatus(stack);
  if (up) return "it is up";
  if (processes.length > 0) return "it is half made, and some of it runs";
  return record === undefined ? "it is half made" : "it is stopped, and its data is kept";
}

function exists(stack: string, state: string): Failure {
  return new Failure("usage", {
    what: `there is a stack named ${stack} already: ${state}`,
    meaning: "it loads a stack of its own, and removes it with all its data",
    remedy: `leave out --stack, or give a new name; \`orders down --volumes --stack ${stack}\` removes that one; \`orders audit race --stack ${stack}\` checks one that is up`,
  });
}
