import { Failure } from "../../failure/failure.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { TargetPorts } from "../targets/target-kind.ts";
import type { ApiLimits } from "./open-api-connections.ts";

function noGateway(): Failure {
  return new Failure("environment", {
    what: "no gateway is known to send orders to",
    meaning:
      "the stack of this name has none, and neither --gateway-url nor ORDERS_GATEWAY_URL is set",
    remedy: "run `orders up --profile shop`, or give --gateway-url http://host:port",
  });
}

/** Opens only what a target asks for: without Kafka its client is not even loaded. */
export function targetPorts(settings: Settings, limits: ApiLimits): TargetPorts {
  return {
    async api(path) {
      const { openApiConnections } = await import("./open-api-connections.ts");
      return openApiConnections(settings, path, limits);
    },
    async gateway(path) {
      const { openApiConnections } = await import("./open-api-connections.ts");
      const { gatewayUrl, connectTimeoutMs } = settings;
      if (gatewayUrl === undefined) throw noGateway();
      return openApiConnections({ apiUrl: gatewayUrl, connectTimeoutMs }, path, limits);
    },
    async foreign(url) {
      const { openApiConnections } = await import("./open-api-connections.ts");
      const { connectTimeoutMs } = settings;
      return openApiConnections({ apiUrl: url.origin, connectTimeoutMs }, "", limits, "--url");
    },
    async log() {
      const { openOrderLog } = await import("./open-order-log.ts");
      return openOrderLog(settings);
    },
  };
}
