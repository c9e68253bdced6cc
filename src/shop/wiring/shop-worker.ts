import { shown } from "../../failure/shown.ts";
import {
  type SharerOrders,
  serveAsPortSharer,
} from "../../runtime/lifecycle/processes/as-port-sharer.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { serveShop } from "./serve-shop.ts";

export interface ShopWorkerOrders extends SharerOrders {
  readonly settings: Settings;
  readonly host: string;
  readonly reserves: boolean;
}

/** One of several processes that share the shop's port. Runs when it is a process of its own. */
serveAsPortSharer(({ instance, ...address }: ShopWorkerOrders, told) =>
  serveShop({
    ...{ ...address, ...told },
    log: (line) =>
      process.stderr.write(`${shown(`${new Date().toISOString()} [${instance}] ${line}`)}\n`),
  }),
);
