import { hostname, loadavg } from "node:os";
import { resolve } from "node:path";
import { gitRevision } from "../../runtime/machine/git-revision.ts";
import { describeHost } from "../../runtime/machine/host.ts";
import { commandText, withoutPassword } from "../../runtime/settings/command-text.ts";
import { programVersion } from "../../runtime/settings/program-version.ts";
import type { ResolvedSettings } from "../../runtime/settings/resolved-settings.ts";
import { showSettings } from "../../runtime/settings/show-settings.ts";
import { ownIdentity } from "../../runtime/stack/processes/process-identity.ts";
import type { LoadRequest } from "../load-request.ts";
import { type RunHeader, runFormat, runVersion } from "../runs/run-lines.ts";
import type { MeasureOptions } from "./measure-load.ts";
import type { ProduceOptions } from "./produce-load.ts";

export interface RunOrigin {
  readonly request: LoadRequest;
  readonly options: Pick<MeasureOptions, keyof ProduceOptions | "instances">;
  readonly resolved: ResolvedSettings;
  /** The command line without the program's name. */
  readonly args: readonly string[];
}

/** To be asked before the load itself is at work on the machine. Nothing it cannot find out stops it. */
export function runHeader({ request, options, resolved, args }: RunOrigin): RunHeader {
  const { schedule, workload, timeoutMs } = request;
  const { seed, runId, products, hot, linesPerOrder, ...further } = workload;
  return {
    ...{ format: runFormat, version: runVersion, run_id: runId },
    started_at: new Date().toISOString(),
    program: `orders ${programVersion()}`,
    command: commandText(args),
    seed,
    target: options.target.name,
    history: options.historyFile === undefined ? null : resolve(options.historyFile),
    schedule: {
      rate_per_second: schedule.ratePerSecond,
      duration_ms: schedule.durationMs,
      orders: schedule.orders - (schedule.warmUp?.orders ?? 0),
      ...request.scheduleWords,
    },
    workload: request.replay?.about ?? {
      ...further,
      products: products.map(({ productId: product_id, price }) => ({ product_id, price })),
      hot: hot.map(({ productId: product_id, share }) => ({ product_id, share })),
      lines_per_order: linesPerOrder,
    },
    limits: {
      timeout_ms: timeoutMs,
      max_in_flight: options.maxInFlight,
      connections_max: options.connectionsMax,
      ...(options.instances && { instances: options.instances.count }),
    },
    settings: Object.fromEntries(
      showSettings(resolved).flatMap(({ name, value }) =>
        value === null ? [] : [[name, typeof value === "string" ? withoutPassword(value) : value]],
      ),
    ),
    machine: { host: hostname(), ...describeHost(), load_average: loadavg() },
    revision: gitRevision(process.cwd()) ?? null,
    process: ownIdentity(),
  };
}
