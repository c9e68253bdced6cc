import { Failure } from "../failure/failure.ts";
import { explainDatabaseError } from "../runtime/postgres/database-failure.ts";
import { type DatabaseSettings, newClient } from "../runtime/postgres/open-database.ts";
import type { Session } from "../runtime/postgres/session.ts";

/**
 * One replay at a time in a database: two would each find the same letter unreplayed. Held by an open
 * transaction, so that it ends with the process, however that ends; a session's lock would stay with
 * a connection pooler. Idle, the transaction has no snapshot and holds up no vacuum.
 */
export interface ReplayLock {
  /** @throws Failure("environment") when the session was lost, and with it the lock. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

const begin = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0";
const takeLock = "SELECT pg_try_advisory_xact_lock(hashtext('orders dlq replay'), 0) AS taken";
const selectHolder = `
  SELECT holder.pid FROM pg_locks AS holder
   WHERE holder.locktype = 'advisory' AND holder.granted
     AND holder.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND holder.classid = hashtext('orders dlq replay')::oid AND holder.objid = 0`;

/** @throws Failure("environment") while another replay runs, or the database cannot be used. */
export async function takeReplayLock(settings: DatabaseSettings): Promise<ReplayLock> {
  const client = newClient(settings, "orders dlq replay");
  let lost: Error | undefined;
  client.on("error", (error) => {
    lost = error;
  });
  const release = async () => {
    // First the transaction: a pooler would give the session up with it.
    await client.query("ROLLBACK").catch(() => {});
    await client.end().catch(() => {});
  };
  try {
    await client.connect();
    await client.query(begin);
    const { rows } = await client.query<{ taken: boolean }>(takeLock);
    if (rows[0]?.taken === true)
      return { assertHeld: () => assertHeld(client, () => lost), release };
    const holder = (await client.query<{ pid: number }>(selectHolder)).rows[0]?.pid;
    throw new Failure("environment", {
      what: `another replay is running${holder === undefined ? "" : ` (PostgreSQL session ${holder})`}`,
      meaning: "two at once could produce the same letter twice; nothing was replayed",
      remedy: "wait until it has ended, then run this again",
    });
  } catch (error) {
    await release();
    throw explainDatabaseError(error, settings.databaseUrl);
  }
}

async function assertHeld(client: Session, lost: () => Error | undefined): Promise<void> {
  const error =
    lost() ??
    (await client.query("SELECT 1").then(
      () => undefined,
      (cause: Error) => cause,
    ));
  if (error === undefined) return;
  throw new Failure(
    "environment",
    {
      what: `the database session that holds the replay's lock was lost: ${error.message}`,
      meaning: "another replay may run now; what was replayed so far is recorded",
      remedy: "run this again: it goes on where this one stopped",
    },
    { cause: error },
  );
}
