import type { FigureJson } from "../../report/html/figure.ts";
import type { ScenarioName } from "./scenarios.ts";

/** What a bench prints under --json, and what its table and its page are made of. */

export interface WorkloadJson {
  readonly orders: number;
  readonly lines_per_order: number;
  readonly pieces_per_line: number;
  readonly customers: number;
  readonly products: number;
  readonly ids: "UUIDv7";
  readonly seed: string;
  readonly partitions: number;
  readonly workers: number;
  readonly batch: number;
  readonly instances: number;
}

export interface MachineJson {
  readonly cores: number;
  readonly cpu: string;
  readonly memory_bytes: number;
  readonly platform: string;
  readonly node: string;
  readonly postgresql: string;
  /** null: not known, of a broker that is not on this machine or not ours. */
  readonly kafka: string | null;
  /** As SHOW gives them. */
  readonly postgresql_settings: Readonly<Record<string, string>>;
}

/** COPY of the same rows into the same table. */
export interface FloorJson {
  readonly one_connection_rows_per_second: FigureJson;
  readonly connections: number;
  readonly many_connections_rows_per_second: FigureJson;
  /** In each run the faster of the two. */
  readonly better_rows_per_second: FigureJson;
}

interface BenchJson {
  /** 2026-11-22T21:00:00.000Z */
  readonly began_at: string;
  readonly runs: number;
  /** True when every measurement of an exact strategy left exactly the rows that it must. */
  readonly exact: boolean;
  /** What was wrong, where it was. */
  readonly problems: readonly string[];
  readonly workload: WorkloadJson;
  readonly machine: MachineJson;
  readonly floor: FloorJson;
  /** How it was measured, as sentences. */
  readonly method: readonly string[];
  /** What a reader must know of this run. */
  readonly notes: readonly string[];
}

export interface ReserveVariantJson {
  readonly strategy: string;
  readonly scenario: ScenarioName;
  /** True for a strategy that is there to lose updates. */
  readonly inexact: boolean;
  readonly orders_per_second: FigureJson;
  readonly lines_per_second: FigureJson;
  /** Lines per second over the better floor's rows per second of the same run. */
  readonly ratio_to_floor: FigureJson;
  /** Orders per second (three-lines: lines) over those of `spread` in the same run; null without it. */
  readonly ratio_to_spread: FigureJson | null;
  /** Over all runs. */
  readonly transaction_ms: { readonly p50: number; readonly p99: number };
  /** Of all runs together. */
  readonly transactions: number;
  readonly retries: number;
  /** Of all runs together, as sampled. */
  readonly lock_waits: { readonly count: number; readonly seconds: number };
  /** False when the time for a measurement ended before the orders did. */
  readonly complete: boolean;
  readonly reserved: number;
  readonly rejected: number;
  /** Orders that became dead letters because the stock was locked at every attempt (nowait). */
  readonly given_up: number;
  /** Pieces in reserved orders that were not taken from the stock, in all runs. */
  readonly lost_pieces: number;
}

export interface ReserveBenchJson extends BenchJson {
  readonly bench: "reserve";
  readonly results: readonly ReserveVariantJson[];
}

export interface CpuJson {
  /** CPU seconds per 100,000 orders, from the first assignment to the last transaction; null: unknown. */
  readonly node: FigureJson | null;
  readonly kafka: FigureJson | null;
  readonly postgresql: FigureJson | null;
}

export interface DrainBenchJson extends BenchJson {
  readonly bench: "drain";
  readonly strategy: string;
  /** From the first assignment to the last order's transaction. */
  readonly seconds: FigureJson;
  readonly orders_per_second: FigureJson;
  readonly lines_per_second: FigureJson;
  /** From the first assignment to the first transaction: of `seconds`, what does not grow with the orders. */
  readonly seconds_to_first: FigureJson;
  /** From the start of the process to the last order's transaction. */
  readonly seconds_from_start: FigureJson;
  readonly orders_per_second_from_start: FigureJson;
  /** Lines per second over the better floor's rows per second of the same run. */
  readonly ratio_to_floor: FigureJson;
  readonly cpu_seconds_per_100000_orders: CpuJson;
  /** Largest resident memory of a consumer process; null: unknown. */
  readonly consumer_memory_peak_bytes: FigureJson | null;
}
