import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newClient } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { CopyRows } from "../figures/copy-rows.ts";
import { copyOrders } from "./sql/copy-orders.ts";

export interface CopyFloor {
  /**
   * Copies the rows over so many connections at the same time, each with one COPY in one transaction.
   * @returns rows per second, from the first COPY to the last answer.
   */
  measure(rows: CopyRows, connections: number): Promise<number>;
  close(): Promise<void>;
}

/** The fastest way for rows into the table: what a reservation, which must do more, is held against. */
export async function openCopyFloor(
  settings: Settings,
  applicationName: string,
  connections: number,
): Promise<CopyFloor> {
  // One COPY holds all rows: it may take longer than any statement of a reservation.
  const patient = { ...settings, statementTimeoutMs: 3_600_000 };
  const clients = Array.from({ length: connections }, () => {
    const client = newClient(patient, applicationName);
    client.on("error", () => {});
    return client;
  });
  const close = async () => {
    await Promise.allSettled(clients.map((client) => client.end()));
  };
  try {
    await Promise.all(clients.map((client) => client.connect()));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    async measure(all, count) {
      const { chunks, rows } = all.dealt(count);
      const startMs = performance.now();
      await Promise.all(
        chunks.map((each, index) => {
          const client = clients[index];
          if (client === undefined) throw new RangeError(`no connection ${index}`);
          return pipeline(Readable.from(each, { objectMode: true }), copyOrders(client));
        }),
      );
      return (1_000 * rows) / (performance.now() - startMs);
    },
  };
}
