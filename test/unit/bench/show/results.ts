import type {
  DrainBenchJson,
  MachineJson,
  ReserveBenchJson,
  ReserveVariantJson,
  WorkloadJson,
} from "../../../../src/bench/figures/bench-result.ts";
import { type ScenarioName, scenarioNames } from "../../../../src/bench/figures/scenarios.ts";
import { spreadOf } from "../../../../src/bench/figures/statistics.ts";
import type { PageHead } from "../../../../src/report/html/page.ts";

const machine: MachineJson = {
  cores: 2,
  cpu: "A processor <of some kind>",
  memory_bytes: 8 * 1024 ** 3,
  platform: "linux 6.1",
  node: "v20.20.2",
  postgresql: "18.4",
  kafka: "4.3.0",
  postgresql_settings: { fsync: "on", shared_buffers: "512MB", synchronous_commit: "on" },
};

const workload: WorkloadJson = {
  orders: 200_000,
  lines_per_order: 1,
  pieces_per_line: 1,
  customers: 10_000,
  products: 10,
  ids: "UUIDv7",
  seed: "bench",
  partitions: 50,
  workers: 4,
  batch: 2_000,
  instances: 1,
};

const floor = {
  one_connection_rows_per_second: spreadOf([150_000, 155_000, 149_000]),
  connections: 4,
  many_connections_rows_per_second: spreadOf([181_000, 178_000, 185_000]),
  better_rows_per_second: spreadOf([181_000, 178_000, 185_000]),
};

const base = {
  began_at: "2026-01-02T03:04:05.000Z",
  runs: 3,
  exact: true,
  problems: [],
  workload,
  machine,
  floor,
  method: ["First this was done.", "Then that."],
  notes: ["A note."],
};

export const strategies = [
  "batch",
  "row-lock",
  "nowait",
  "conditional",
  "optimistic",
  "serializable",
  "spread",
  "naive",
];

export function reserveJson(names: readonly ScenarioName[] = scenarioNames): ReserveBenchJson {
  const results = names.flatMap((scenario, at) =>
    strategies.map((strategy, index): ReserveVariantJson => {
      const rate = Math.round(125_000 / (1 + 4 * index + 0.3 * at));
      const rates = spreadOf([rate, rate * 1.05, rate * 0.93]);
      return {
        strategy,
        scenario,
        inexact: strategy === "naive",
        orders_per_second: rates,
        lines_per_second: rates,
        ratio_to_floor: spreadOf(rates.runs.map((each) => each / 181_000)),
        ratio_to_spread: spreadOf([0.9, 0.91, 0.92]),
        transaction_ms: { p50: 12.3 * (index + 1), p99: 45.6 * (index + 1) },
        transactions: 300,
        retries: 12 * index,
        lock_waits: { count: 7 * index, seconds: 0.35 * index },
        complete: index < 5,
        reserved: 600_000,
        rejected: 0,
        given_up: strategy === "nowait" ? 3 : 0,
        lost_pieces: strategy === "naive" ? 1_234 : 0,
      };
    }),
  );
  return { ...base, bench: "reserve", results };
}

export function drainJson(): DrainBenchJson {
  return {
    ...base,
    bench: "drain",
    strategy: "batch",
    seconds: spreadOf([1.9, 2, 2.1]),
    orders_per_second: spreadOf([105_000, 100_000, 95_000]),
    lines_per_second: spreadOf([105_000, 100_000, 95_000]),
    seconds_to_first: spreadOf([0.2, 0.2, 0.3]),
    seconds_from_start: spreadOf([3.1, 3.2, 3.4]),
    orders_per_second_from_start: spreadOf([64_000, 62_500, 58_800]),
    ratio_to_floor: spreadOf([0.61, 0.58, 0.55]),
    cpu_seconds_per_100000_orders: {
      node: spreadOf([0.7, 0.72, 0.71]),
      kafka: spreadOf([0.1, 0.12, 0.11]),
      postgresql: null,
    },
    consumer_memory_peak_bytes: spreadOf([180e6, 190e6, 185e6]),
  };
}

export function pageHead(changed: Partial<PageHead> = {}): PageHead {
  return {
    origin: {
      version: "1.2.3",
      commit: "0123456789ab-dirty",
      command: "orders bench",
      host: "bench-host",
      cores: 2,
      loadAverage: [0.5, 1.25, 2],
      beganAt: new Date("2026-01-02T03:04:05.000Z"),
    },
    warnings: [],
    figures: {
      beganAt: "2026-01-02T03:04:05.000Z",
      host: "bench-host",
      subject: '["reserve",{"seed":"a \'quoted" <seed> ü"}]',
      figures: [{ name: "batch (spread)", unit: "orders/s", value: 125_000 }],
    },
    ...changed,
  };
}
