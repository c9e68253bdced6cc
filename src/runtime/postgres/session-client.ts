import pg from "pg";

/**
 * What reading results and writing strings rests on, whatever ALTER ROLE, ALTER DATABASE or the
 * server's configuration say. Both are among the few settings that every connection pooler keeps
 * apart for its clients. All else our statements are independent of: isolation stands at each BEGIN,
 * arrays that hold NULL go over in binary, times are read with the zone that stands beside them.
 */
const sessionSettings = { DateStyle: "ISO, MDY", standard_conforming_strings: "on" } as const;

/** pg builds the startup message here, and has no option for other settings than its own. */
interface StartupClient {
  getStartupConf(): Record<string, string>;
}

const superStartup = (pg.Client.prototype as unknown as StartupClient).getStartupConf;

/** A connection with the settings that our statements need. */
export class SessionClient extends pg.Client {
  getStartupConf(): Record<string, string> {
    return { ...superStartup.call(this), ...sessionSettings };
  }
}

/** The process that the server named at login. */
export interface BackendNamed {
  readonly processID?: number | null;
}

/**
 * Whether somebody between us and PostgreSQL may give each transaction another session: who serves
 * the statement is then not who answered the login. There nothing may be left in a session: no
 * prepared statement, no setting, no lock.
 */
export async function isPooled(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid !== (client as unknown as BackendNamed).processID;
}
