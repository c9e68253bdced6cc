import { lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";

/** Everything that orders keeps in a stack's directory, and what its writers leave when killed. */
const kept = /^(lock|stack\.json|settings\.json|settings\.former\.json)(\.\d+\.(tmp|new|stale))?$/;
const keptDirectories: ReadonlySet<string> = new Set(["engine", "supervisor", "logs", "ledger"]);

/**
 * Holds a stack's directory against what orders makes: a directory, of this user. Through a symbolic
 * link a command would meet another stack, or something that is no stack at all.
 * @returns whether there is one.
 * @throws Failure("environment") for anything else of that name.
 */
export function findOwnDirectory(directory: string): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (found.isSymbolicLink()) {
    throw new Failure("environment", {
      what: `${directory} is a symbolic link`,
      meaning: "orders makes a directory for a stack; what the link leads to may be another one's",
      remedy: "name the stack that it leads to, or remove the link",
    });
  }
  if (!found.isDirectory()) {
    throw new Failure("environment", {
      what: `${directory} is no directory`,
      meaning: "orders makes a directory for a stack, so this is not one",
      remedy: "move it away, or use another --stack",
    });
  }
  const user = process.getuid?.();
  if (user !== undefined && found.uid !== user) {
    throw new Failure("environment", {
      what: `the stack in ${directory} was made by another user (uid ${found.uid}, this is ${user})`,
      meaning: "its processes and files are theirs",
      remedy: "run this as that user, or use another --stack",
    });
  }
  return true;
}

/**
 * Removes what orders keeps in a stack's directory, and the directory with it if nothing else is in
 * there. The record goes last: a crash in between leaves what the next `down` needs.
 * @param keep names of what stays for a reason.
 * @returns names of what is not ours and stays.
 */
export function removeOwnDirectory(
  directory: string,
  keep: readonly string[] = [],
): readonly string[] {
  const names = readdirSync(directory).filter((name) => !keep.includes(name));
  const ours = names.filter((name) => keptDirectories.has(name) || kept.test(name));
  const last = (name: string) => (name === "stack.json" ? 1 : name === "lock" ? 2 : 0);
  for (const name of ours.toSorted((a, b) => last(a) - last(b))) {
    rmSync(join(directory, name), { recursive: true, force: true });
  }
  const strange = names.filter((name) => !ours.includes(name));
  if (strange.length + keep.length === 0) removeIfEmpty(directory);
  return strange;
}

/** Another command may have begun to wait for the lock: its draft is in there then. */
function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? ""))
      throw error;
  }
}
