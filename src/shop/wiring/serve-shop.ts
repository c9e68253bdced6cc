import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { HttpCounts } from "../../http/create-json-app.ts";
import type { Database } from "../../ports/database.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { listenFailure } from "../../runtime/lifecycle/listen-failure.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { OrderService } from "../order-service.ts";
import { buildShopServer, type ShopServer } from "../server/build-shop-server.ts";
import { createWakeUp } from "../wake-up.ts";
import { createOutcomeReader } from "./create-outcome-reader.ts";
import { demandShopTables } from "./demand-shop-tables.ts";

export interface ServeShopOptions {
  readonly settings: Settings;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Whether a reservation decides the orders; what it says of them is read beside the server. */
  readonly reserves: boolean;
  readonly signal: AbortSignal;
  readonly onListening: (port: number) => void;
  readonly log: (line: string) => void;
}

/** How long a request may wait for the database. */
const answerWithinMs = 8_000;
/** After the last answer is written: how long connections may take to end by themselves. */
const closeWithinMs = 1_000;
/** From the signal to the end. */
export const stopWithinMs = answerWithinMs + closeWithinMs;
const askEveryMs = 1_000;

/**
 * The order service in this process, until the signal; it answers all that it has taken.
 * @throws Failure("environment") when the database has no shop, or the address cannot be listened on.
 */
export async function serveShop(options: ServeShopOptions): Promise<HttpCounts> {
  const shop = createShop(options);
  await runUntil(shop, {
    signal: options.signal,
    stopWithinMs,
  });
  return shop.counts;
}

export interface Shop extends Runnable {
  readonly counts: HttpCounts;
}

export function createShop(options: Omit<ServeShopOptions, "signal">): Shop {
  const { settings, host, port, log } = options;
  const database = openDatabase(settings, { applicationName: "orders shop" });
  const service = new OrderService({
    ...{ database, answerWithinMs, log: limited(log) },
    onEvents: createWakeUp(database),
    reserves: options.reserves,
  });
  const outcomes = options.reserves ? createOutcomeReader(settings, log) : undefined;
  let server: ShopServer | undefined;
  let stopping = false;
  let trouble: string | undefined = "PostgreSQL was not asked yet";
  let timer: NodeJS.Timeout | undefined;

  const runnable = createRunnable("shop", {
    async start() {
      await demandShopTables(database, settings.databaseUrl);
      server = await buildShopServer({
        ...{ service, answerWithinMs, notReadyBecause: () => runnable.notReadyBecause() },
        stopping: () => stopping,
        log: { bug: (error) => log(`unexpected error: ${error.stack ?? error.message}`) },
      });
      await listenOn(server, host, port);
      const look = async () => {
        trouble = await reachable(database);
      };
      await look();
      timer = setInterval(() => void look(), askEveryMs);
      outcomes?.start();
      options.onListening((server.app.server.address() as AddressInfo).port);
    },
    notReadyBecause: () => (stopping ? "the server is stopping" : trouble),
    async stop(withinMs) {
      stopping = true;
      clearInterval(timer);
      const read = outcomes?.stop(Math.max(0, withinMs - closeWithinMs));
      const late = wait(Math.max(0, withinMs - closeWithinMs), undefined, { ref: false });
      await Promise.race([service.drained(), late]);
      if (server !== undefined) await close(server);
      await Promise.race([
        Promise.all([read, database.close()]),
        wait(closeWithinMs, undefined, { ref: false }),
      ]);
    },
  });
  return {
    ...runnable,
    get counts() {
      return server?.counts ?? { requests: 0, invalid: 0 };
    },
  };
}

/** @returns why it is not, or undefined. */
async function reachable(database: Database): Promise<string | undefined> {
  try {
    await database.query({ text: "SELECT 1" });
    return undefined;
  } catch (error) {
    return `PostgreSQL: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function listenOn({ app }: ShopServer, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const flags = { portFlag: "--port", hostFlag: "--host" };
    throw listenFailure(cause, { host, port, of: "the shop", ...flags });
  }
}

async function close({ app }: ShopServer): Promise<void> {
  const force = setTimeout(() => app.server.closeAllConnections(), closeWithinMs);
  await app.close();
  clearTimeout(force);
}

/** A thousand orders that wait for one reason are one line a second. */
function limited(log: (line: string) => void): (line: string) => void {
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return (line) => {
    const nowMs = performance.now();
    if (nowMs < nextAtMs) return;
    nextAtMs = nowMs + 1_000;
    log(line);
  };
}
