import { createServiceLog, type LogLevel } from "../../runtime/lifecycle/output/service-log.ts";
import {
  type SharerOrders,
  serveAsPortSharer,
} from "../../runtime/lifecycle/processes/as-port-sharer.ts";
import { type GatewayOptions, serveGateway } from "./serve-gateway.ts";

export type GatewayWorkerOrders = SharerOrders &
  Omit<GatewayOptions, "log" | "onListening" | "together"> & {
    readonly logLevel: LogLevel;
    readonly logTo: "stdout" | "stderr";
  };

/** One of several processes that share the gateway's port. Runs when it is a process of its own. */
serveAsPortSharer((orders: GatewayWorkerOrders, told) => {
  const { logLevel: level, logTo: to, instance, ...options } = orders;
  return serveGateway({ ...options, ...told, log: createServiceLog({ level, to, instance }) });
});
