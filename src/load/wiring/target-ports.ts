import type { Settings } from "../../runtime/settings/settings.ts";
import type { TargetPorts } from "../targets/target-kind.ts";
import type { ApiLimits } from "./open-api-connections.ts";

/** Opens only what a target asks for: without Kafka its client is not even loaded. */
export function targetPorts(settings: Settings, limits: ApiLimits): TargetPorts {
  return {
    async api(path) {
      const { openApiConnections } = await import("./open-api-connections.ts");
      return openApiConnections(settings, path, limits);
    },
    async log() {
      const { openOrderLog } = await import("./open-order-log.ts");
      return openOrderLog(settings);
    },
  };
}
