import pg from "pg";

/** One session with the server: for what must happen in the same one, such as locks and settings. */
export type Session = pg.Client;

/** What the server answered in place of a result. */
export const DatabaseError = pg.DatabaseError;
export type DatabaseError = pg.DatabaseError;
