import { duration, oneLine } from "../../../report/figures.ts";
import { shown } from "../../../report/terminal.ts";
import type { LockForest, LockNode, WaitView } from "../answers.ts";

/** Blockers with those that wait below them, each session in two or three lines. Pure. */
export function lockTree(forest: LockForest, width: number): string {
  if (forest.waiting === 0) return "No session waits for another's lock.";
  const longest = forest.longest_wait_seconds;
  const sessions = forest.waiting === 1 ? "1 session waits" : `${forest.waiting} sessions wait`;
  const head = `${sessions} for a lock${longest === null ? "" : `, the longest for ${duration(longest)}`}.`;
  const circle =
    forest.deadlocked.length === 0
      ? []
      : [
          `${forest.deadlocked.join(", ")} wait for each other: PostgreSQL ends one of them after deadlock_timeout.`,
        ];
  return [
    head,
    ...circle,
    "",
    ...forest.blockers.flatMap((node) => nodeLines(node, "", "", width)),
  ].join("\n");
}

/**
 * @param first what stands before the session's own line, @param rest before what belongs to it.
 */
function nodeLines(node: LockNode, first: string, rest: string, width: number): readonly string[] {
  const { session, waits_for: wait, waiting } = node;
  const below = `${rest}${waiting.length > 0 ? "│  " : "   "}`;
  const line = (text: string) => oneLine(text, width - below.length);
  const statement = "statement" in session ? session.statement : null;
  return [
    `${first}${oneLine(sessionText(node), width - first.length)}`,
    ...(wait === null ? [] : [`${below}${line(waitText(wait))}`]),
    ...(node.also_behind.length === 0
      ? []
      : [`${below}${line(`also behind ${node.also_behind.join(", ")}`)}`]),
    ...(statement ? [`${below}${line(statement)}`] : []),
    ...waiting.flatMap((child, index) => {
      const isLast = index === waiting.length - 1;
      return nodeLines(
        child,
        `${rest}${isLast ? "└─ " : "├─ "}`,
        `${rest}${isLast ? "   " : "│  "}`,
        width,
      );
    }),
  ];
}

function sessionText({ session, waits_for }: LockNode): string {
  if (session.pid === 0) return "0 a prepared transaction: see pg_prepared_xacts";
  if (!("application" in session)) return `${session.pid} (gone by now)`;
  const name = shown(session.application) || "(no name)";
  const state =
    waits_for !== null
      ? waits_for.seconds === null
        ? "waiting"
        : `waiting for ${duration(waits_for.seconds)}`
      : session.state === null
        ? `of ${session.user ?? "another user"}, not shown to you`
        : session.transaction_seconds === null
          ? session.state
          : `${session.state}, transaction open for ${duration(session.transaction_seconds)}`;
  return `${session.pid} ${name}: ${state}`;
}

/** `for the row PROD001 of inventory (ShareLock on transactionid)`. */
function waitText({ lock, mode, relation, row, product_id }: WaitView): string {
  const target =
    row !== null && relation !== null
      ? `the row ${product_id === null ? `at ${row}` : `${shown(product_id)}`} of ${relation}`
      : relation !== null
        ? `the table ${relation}`
        : lock === "transactionid"
          ? "another transaction to end"
          : `a lock of kind ${lock}`;
  return `for ${target} (${mode} on ${lock})`;
}
