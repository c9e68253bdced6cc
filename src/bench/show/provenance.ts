import type {
  DrainBenchJson,
  FloorJson,
  MachineJson,
  ReserveBenchJson,
} from "../figures/bench-result.ts";
import { count, extremes } from "./figures.ts";

type BenchJson = ReserveBenchJson | DrainBenchJson;

/** What every bench tells of the conditions under which its figures hold. */
export interface Conditions {
  readonly bench: "reserve" | "drain" | "steady";
  readonly machine: MachineJson;
  readonly method: readonly string[];
  readonly notes: readonly string[];
}

export function floorText(floor: FloorJson): readonly string[] {
  const one = floor.one_connection_rows_per_second;
  const many = floor.many_connections_rows_per_second;
  const single = `Floor, COPY of the same rows into the same table: one connection ${count(one.median)} rows/s (${extremes(one)})`;
  if (floor.connections === 1) return [`${single}.`];
  return [
    `${single}; ${floor.connections} connections ${count(many.median)} rows/s (${extremes(many)}). Ratios are to the better of the two in the same run.`,
  ];
}

export function exactText(result: {
  readonly exact: boolean;
  readonly problems: readonly string[];
  readonly results?: readonly object[];
}): string {
  const { exact, problems, results = [] } = result;
  if (!exact)
    return `NOT EXACT: ${problems.slice(0, 5).join("; ")}${problems.length > 5 ? `; and ${problems.length - 5} more` : ""}`;
  const inexact = results.some((each) => "inexact" in each && each.inexact === true);
  const measurement = inexact ? "measurement of an exact strategy" : "measurement";
  return `Reconciled after every ${measurement}: each order exactly once, the stock agrees.`;
}

export function workloadText({ workload }: BenchJson): string {
  const { orders, lines_per_order: lines, instances } = workload;
  return [
    `${count(orders)} orders of ${lines} ${lines === 1 ? "line" : "lines"}, one piece each`,
    `${count(workload.customers)} customers`,
    `${workload.products} products`,
    `${workload.ids} ids`,
    `seed ${workload.seed}`,
    `${workload.partitions} partitions`,
    `${instances === 1 ? "" : `${instances} instances of `}${workload.workers} workers`,
    `batch ${workload.batch}`,
  ].join(", ");
}

export function machineText({ machine, bench }: Conditions): string {
  const gib = (machine.memory_bytes / 1024 ** 3).toFixed(1);
  const kafka = bench !== "reserve" ? `, Kafka ${machine.kafka ?? "(version not known)"}` : "";
  return `${machine.cores} × ${machine.cpu}, ${gib} GB, ${machine.platform}, Node ${machine.node}, PostgreSQL ${machine.postgresql}${kafka}`;
}

export function settingsText({ machine }: Conditions): string {
  return Object.entries(machine.postgresql_settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** Workload, machine, method and remarks: what a figure is worth nothing without. */
export function aboutText(result: Conditions, workload: string): readonly string[] {
  return [
    `Workload: ${workload}.`,
    `Machine: ${machineText(result)}.`,
    `PostgreSQL: ${settingsText(result)}.`,
    ...result.notes.map((note) => `Note: ${note}`),
    "How it was measured:",
    ...result.method.map((sentence) => `- ${sentence}`),
  ];
}
