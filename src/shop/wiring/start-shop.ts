import type { HttpCounts } from "../../http/create-json-app.ts";
import { sharePort } from "../../runtime/lifecycle/processes/share-port.ts";
import { type ServeShopOptions, serveShop, stopWithinMs } from "./serve-shop.ts";
import type { ShopWorkerOrders } from "./shop-worker.ts";

export interface StartShopOptions extends Omit<ServeShopOptions, "onListening"> {
  readonly instances: number;
  readonly onListening: (url: string) => void;
}

export interface ShopResult extends HttpCounts {
  /** Processes that died and were started again. */
  readonly restarts: number;
}

/** Beyond the time in which a process answers everything it has taken. */
const stopMarginMs = 5_000;

/**
 * The order service, until the signal.
 * @throws Failure("environment") when the database has no shop, or the address cannot be listened on.
 */
export async function startShop(options: StartShopOptions): Promise<ShopResult> {
  const { settings, host, port, reserves, instances, signal, log } = options;
  const onListening = (listening: number) =>
    options.onListening(`http://${host.includes(":") ? `[${host}]` : host}:${listening}`);
  if (instances === 1) {
    const counts = await serveShop({ ...options, onListening });
    return { ...counts, restarts: 0 };
  }
  const { counts, restarts } = await sharePort<Omit<ShopWorkerOrders, "instance">, HttpCounts>({
    file: "shop/wiring/shop-worker.ts",
    orders: { settings, host, port, reserves },
    noCounts: { requests: 0, invalid: 0 },
    ...{ count: instances, signal, onListening },
    of: { service: "the shop", down: "no orders are taken" },
    stopWithinMs: stopWithinMs + stopMarginMs,
    onDeath: (_, text) => log(text),
  });
  return { ...counts, restarts };
}
