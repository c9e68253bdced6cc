import * as Flags from "@oclif/core/flags";
import type { LogLevel } from "../runtime/lifecycle/output/service-log.ts";

/** Where a server of ours listens. */
export const listenFlags = {
  port: Flags.integer({
    summary: "port to listen on, 0 for any free one [env: PORT]",
    default: 8080,
    env: "PORT",
    min: 0,
    max: 65_535,
  }),
  host: Flags.string({
    summary: "address to listen on; the default is reached from this machine only",
    default: "127.0.0.1",
  }),
};

/** Of servers whose log is JSON lines. */
export const logLevelFlag = Flags.option({
  summary: "least level that is logged; debug adds a line for every request",
  options: ["error", "warn", "info", "debug"] as const satisfies readonly LogLevel[],
  default: "info" as const,
})();
