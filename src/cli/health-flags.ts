import * as Flags from "@oclif/core/flags";

/** Of services that listen for nothing but questions about themselves. */
export const healthFlags = {
  "health-port": Flags.integer({
    summary: "serve GET /health and /ready on this port",
    min: 0,
    max: 65_535,
  }),
  "health-host": Flags.string({ summary: "address of --health-port", default: "127.0.0.1" }),
};

/** As parsed. */
export interface HealthFlags {
  readonly "health-port"?: number | undefined;
  readonly "health-host": string;
}

/** @returns undefined where nobody wants to ask. */
export function healthAddress(
  flags: HealthFlags,
): { readonly host: string; readonly port: number } | undefined {
  const port = flags["health-port"];
  return port === undefined ? undefined : { host: flags["health-host"], port };
}
