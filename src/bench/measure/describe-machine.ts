import type { Database } from "../../ports/database.ts";
import { describeHost } from "../../runtime/machine/host.ts";
import type { MachineJson } from "../figures/bench-result.ts";
import { selectServer } from "./sql/select-server.ts";

/** @param kafka its version where it is known. */
export async function describeMachine(
  database: Database,
  kafka: string | undefined,
): Promise<MachineJson> {
  const { server_version: version = "unknown", ...settings } = await selectServer(database);
  return {
    ...describeHost(),
    postgresql: version,
    kafka: kafka ?? null,
    postgresql_settings: settings,
  };
}
