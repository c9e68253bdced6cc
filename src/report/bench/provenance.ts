import type {
  DrainBenchJson,
  FloorJson,
  MachineJson,
  ReserveBenchJson,
} from "../../bench/bench-result.ts";
import { count, extremes } from "./figures.ts";

type BenchJson = ReserveBenchJson | DrainBenchJson;

/** What every bench tells of the conditions under which its figures hold. */
export interface Conditions {
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

export function exactText({
  exact,
  problems,
}: {
  readonly exact: boolean;
  readonly problems: readonly string[];
}): string {
  if (exact)
    return "Reconciled after every measurement: each order exactly once, the stock agrees.";
  return `NOT EXACT: ${problems.slice(0, 5).join("; ")}${problems.length > 5 ? `; and ${problems.length - 5} more` : ""}`;
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

export function machineText({ machine }: Conditions): string {
  const gib = (machine.memory_bytes / 1024 ** 3).toFixed(1);
  return `${machine.cores} × ${machine.cpu}, ${gib} GB, ${machine.platform}, Node ${machine.node}, PostgreSQL ${machine.postgresql}, Kafka ${machine.kafka ?? "(version not known)"}`;
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
