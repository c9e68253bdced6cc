import { count, duration, oneLine } from "../../../report/figures.ts";
import { shown, wrapped } from "../../../report/terminal.ts";
import { padEnd, shortened } from "../../../report/width.ts";
import type { ActivityView } from "../answers.ts";

const columns = { pid: 7, application: 18, state: 10, transaction: 9, statement: 9 } as const;

/** Each session as a line of figures and its statement below it. Pure. */
export function activityList(view: ActivityView, width: number): string {
  const lines = view.sessions.flatMap((session) => {
    const head = row(
      String(session.pid),
      session.application || session.kind || "(no name)",
      stateText(session.state),
      age(session.transaction_seconds),
      age(session.statement_seconds),
      waitText(session.wait_event, session.blocked_by),
    );
    const statement = session.statement ? [`        ${oneLine(session.statement, width - 8)}`] : [];
    return [shortened(head, width), ...statement];
  });
  const body =
    lines.length === 0
      ? ["No session is busy."]
      : [row("PID", "application", "state", "in trans.", "statement", "waits for"), ...lines];
  return [...body, "", ...wrapped(summary(view), width)].join("\n");
}

function row(pid: string, application: string, state: string, ...rest: readonly string[]): string {
  const [transaction = "", statement = "", waits = ""] = rest;
  return [
    pid.padStart(columns.pid),
    padEnd(oneLine(application, columns.application), columns.application),
    state.padEnd(columns.state),
    transaction.padStart(columns.transaction),
    statement.padStart(columns.statement),
    waits,
  ]
    .join(" ")
    .trimEnd();
}

const shortStates: Readonly<Record<string, string>> = {
  "idle in transaction": "idle in tx",
  "idle in transaction (aborted)": "aborted tx",
  "fastpath function call": "fastpath",
};

function stateText(state: string | null): string {
  return state === null ? "?" : (shortStates[state] ?? state);
}

function waitText(event: string | null, blockers: readonly number[]): string {
  if (blockers.length > 0) return `lock of ${blockers.join(", ")}`;
  return event === null ? "" : shown(event);
}

function age(seconds: number | null): string {
  return seconds === null ? "" : duration(Math.max(0, seconds));
}

function summary({ database, counts, connections, max_connections }: ActivityView): string {
  const states = Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, sessions]) => `${count(sessions)} ${state}`);
  return `${database}: ${states.join(", ") || "no other session"}. ${count(connections)} of ${count(max_connections)} connections of the server are in use.`;
}
