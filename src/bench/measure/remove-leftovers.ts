import type { Queryable } from "../../ports/database.ts";
import {
  type BenchKind,
  commandOf,
  kindOfComment,
  lockNumber,
  type SandboxName,
  sandboxOfSchema,
  usesKafka,
} from "../figures/sandbox-name.ts";
import { dropSandbox } from "./keeper.ts";
import { endSessions } from "./sql/end-sessions.ts";
import { holdSandbox } from "./sql/hold-sandbox.ts";
import { releaseSandbox } from "./sql/release-sandbox.ts";
import { selectLeftovers } from "./sql/select-leftovers.ts";

/**
 * Removes what benches left that were killed: those whose lock is free. What it may not or cannot
 * remove it names. A schema goes last, so that a drain's topics are found again whatever happens.
 * @returns a sentence for each.
 */
export async function removeLeftovers(
  kind: BenchKind,
  keeper: Queryable,
  removeTopics: ((sandbox: SandboxName) => Promise<void>) | undefined,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const row of await selectLeftovers(keeper)) {
    const sandbox = sandboxOfSchema(row.schema);
    const made = kindOfComment(row.comment);
    if (sandbox === undefined || made === undefined) {
      notes.push(
        `The schema ${row.schema} looks like a bench's but is not marked as one: left alone.`,
      );
      continue;
    }
    const lock = lockNumber(sandbox);
    // A bench that runs now has it.
    if (!(await holdSandbox(keeper, lock))) continue;
    try {
      notes.push(await removeLeftover(keeper, sandbox, row.mine, made, kind, removeTopics));
    } finally {
      await releaseSandbox(keeper, lock);
    }
  }
  return notes;
}

async function removeLeftover(
  keeper: Queryable,
  sandbox: SandboxName,
  mine: boolean,
  made: BenchKind,
  kind: BenchKind,
  removeTopics: ((sandbox: SandboxName) => Promise<void>) | undefined,
): Promise<string> {
  const { schema, topic } = sandbox;
  const what = `a killed \`orders ${commandOf(made)}\` left the schema ${schema}`;
  if (!mine) return `${what}, which belongs to another user: left alone.`;
  if (usesKafka(made) && (!usesKafka(kind) || removeTopics === undefined))
    return `${what} and perhaps the topic ${topic}; the next \`orders ${commandOf(made)}\` removes them.`;
  try {
    if (usesKafka(made)) await removeTopics?.(sandbox);
    await endSessions(keeper, sandbox.applicationName);
    await dropSandbox(keeper, schema);
    return `Removed: ${what}${usesKafka(made) ? ` and the topic ${topic}` : ""}.`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `${what}, which could not be removed: ${why}`;
  }
}
