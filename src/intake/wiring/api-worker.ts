import { createServiceLog, type LogLevel } from "../../runtime/lifecycle/output/service-log.ts";
import {
  type SharerOrders,
  serveAsPortSharer,
} from "../../runtime/lifecycle/processes/as-port-sharer.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { serveApi } from "./serve-api.ts";

export interface ApiWorkerOrders extends SharerOrders {
  readonly settings: Settings;
  readonly host: string;
  readonly logLevel: LogLevel;
  readonly logTo: "stdout" | "stderr";
}

/** One of several processes that share the API's port. Runs when it is a process of its own. */
serveAsPortSharer((orders: ApiWorkerOrders, told) => {
  const { logLevel: level, logTo: to, instance, ...address } = orders;
  return serveApi({ ...address, ...told, log: createServiceLog({ level, to, instance }) });
});
