import type { FigureJson } from "../../report/html/figure.ts";
import type { MachineJson } from "./bench-result.ts";

/** What `orders bench steady` prints under --json, and what its table and its page are made of. */
export interface SteadyBenchJson {
  readonly bench: "steady";
  /** 2026-11-22T21:00:00.000Z */
  readonly began_at: string;
  readonly runs: number;
  readonly seconds_per_run: number;
  /** True when every acknowledged order was committed, and every order is in the tables exactly once. */
  readonly exact: boolean;
  /** What was wrong, where it was. */
  readonly problems: readonly string[];
  /** True when every run of every rate was at that rate. */
  readonly delivered: boolean;
  readonly workload: SteadyWorkloadJson;
  readonly machine: MachineJson;
  /** In the order in which the rates were given. */
  readonly results: readonly SteadyRateJson[];
  /** How it was measured, as sentences. */
  readonly method: readonly string[];
  /** What a reader must know of this run. */
  readonly notes: readonly string[];
}

export interface SteadyWorkloadJson {
  readonly rates_per_second: readonly number[];
  readonly via: "kafka";
  readonly lines_per_order: number;
  readonly pieces_per_line: number;
  readonly customers: number;
  readonly products: number;
  readonly ids: "UUIDv7";
  readonly seed: string;
  readonly partitions: number;
  readonly strategy: string;
  readonly workers: number;
  readonly batch: number;
}

export interface SteadyRateJson {
  readonly rate_per_second: number;
  /** That are counted, of all runs together. */
  readonly orders: number;
  /** Acknowledged by Kafka and never committed, of all runs together. */
  readonly orders_lost: number;
  readonly achieved_per_second: FigureJson;
  /** From when an order was due to when its consumer saw its transaction committed. */
  readonly produce_to_commit_ms: {
    readonly p50: FigureJson;
    readonly p95: FigureJson;
    readonly p99: FigureJson;
    readonly max: FigureJson;
  };
  /** From when an order was due to Kafka's acknowledgement. */
  readonly produce_to_ack_ms: { readonly p50: FigureJson; readonly p99: FigureJson };
  /** From when an order was due to when it left: the part of the load generator itself. */
  readonly send_lateness_ms: { readonly p99: FigureJson };
  readonly delivered: boolean;
  /** What was not delivered, and in which run. */
  readonly shortfalls: readonly string[];
}
