import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";

const logAll = { text: "ALTER SYSTEM SET log_statement = 'all'" };
const logNone = { text: "ALTER SYSTEM SET log_statement = 'none'" };
const reload = { text: "SELECT pg_reload_conf()" };
const selectSetting = { text: "SELECT reset_val FROM pg_settings WHERE name = 'log_statement'" };

const takenWithinMs = 5_000;

/** Whether every statement goes to the server's log; parameters never do (log_parameter_max_length). */
export async function logsStatements(database: Database): Promise<boolean> {
  return (await setting(database)) === "all";
}

/**
 * Switches it for the whole server, in every session that is open, without a restart. It stays so
 * over restarts. Repeating it changes nothing.
 * @throws Failure("environment") when the server's command line says otherwise, and so wins.
 */
export async function setStatementLogging(database: Database, on: boolean): Promise<void> {
  await database.query(on ? logAll : logNone);
  await database.query(reload);
  // The server tells its sessions, which take it over before their next statement.
  const deadlineMs = performance.now() + takenWithinMs;
  while ((await setting(database)) !== (on ? "all" : "none")) {
    if (performance.now() > deadlineMs) throw notTaken();
    await pause(50);
  }
}

async function setting(database: Database): Promise<string | undefined> {
  return (await database.query<{ reset_val: string }>(selectSetting)).rows[0]?.reset_val;
}

function notTaken(): Failure {
  return new Failure("environment", {
    what: "PostgreSQL did not take the change of log_statement",
    meaning: "its command line sets it, as containers made by an earlier version of orders do",
    remedy: "`orders down`, then `orders up --log-statements` makes the container anew; data stays",
  });
}
