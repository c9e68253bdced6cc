import pg from "pg";
import { Failure } from "../../failure/failure.ts";
import type { CappedResult } from "../../ports/database.ts";

const asText = {
  getTypeParser: () => (value: string | Buffer) => value.toString(),
} as unknown as pg.CustomTypesConfig;

/**
 * Runs exactly one statement and stops reading after `rowLimit` rows, so that a table of any size
 * costs no more than these. The extended protocol refuses a text with several statements.
 *
 * Not pg-cursor (2.22.1 tried): where the commit itself is refused (a deferred constraint), the error
 * comes after CommandComplete and it waits for ever; COPY to the client ends the whole process.
 * @throws pg.DatabaseError
 */
export function runCapped(
  client: pg.ClientBase,
  text: string,
  values: readonly string[],
  rowLimit: number,
): Promise<CappedResult> {
  return new Promise((resolve, reject) => {
    const query = new CappedQuery(text, values, rowLimit, (error, result) => {
      if (error) return reject(error);
      if (query.copied) return reject(copyRefused());
      const rows = result.rows as (string | null)[][];
      const cut = rows.length > rowLimit;
      resolve({
        command: result.command ?? "",
        columns: result.fields.map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID })),
        rows: cut ? rows.slice(0, rowLimit) : rows,
        rowCount: cut ? undefined : (result.rowCount ?? undefined),
        cut,
      });
    });
    client.query(query);
  });
}

interface ProtocolConnection {
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
}

type QueryCallback = (error: Error | undefined, result: pg.ResultBuilder<never>) => void;

/**
 * pg reads a portal to its end, in pages. This one reads a single page and ends the statement
 * there: Execute with a row count, followed at once by Sync, which also answers an error.
 */
class CappedQuery extends pg.Query {
  readonly #rowLimit: number;
  /** The server sent COPY data, which has no place in a result. */
  copied = false;

  constructor(text: string, values: readonly string[], rowLimit: number, callback: QueryCallback) {
    const config = {
      text,
      values: [...values],
      types: asText,
      rowMode: "array",
      queryMode: "extended",
    };
    super(config, callback);
    this.#rowLimit = rowLimit;
  }

  /** Called by pg after Parse, Bind and Describe. One row more than asked tells whether it is cut. */
  _getRows(connection: ProtocolConnection): void {
    connection.execute({ portal: "", rows: this.#rowLimit + 1 });
    connection.sync();
  }

  /** The page is full. The Sync already sent ends the statement. */
  handlePortalSuspended(): void {}

  handleCopyData(): void {
    this.copied = true;
  }
}

function copyRefused(): Failure {
  return new Failure("usage", {
    what: "COPY to the client is not supported here",
    remedy: 'use SELECT with --json, or psql "$(orders db url)" for COPY',
  });
}
