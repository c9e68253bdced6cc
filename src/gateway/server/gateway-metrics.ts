import { AggregatorRegistry, Counter, Histogram, Registry } from "prom-client";
import type { UpstreamName } from "../routes.ts";

export interface GatewayMetrics {
  readonly contentType: string;
  /** @param route as it was declared, never a client's path: the number of series is bounded. */
  answered(of: { route: string; method: string; status: number; elapsedMs: number }): void;
  retried(upstream: UpstreamName): void;
  failed(upstream: UpstreamName): void;
  limited(): void;
  /** Of all processes, in the text format of Prometheus. @throws where the others cannot be asked. */
  text(): Promise<string>;
}

/** Where several processes are one gateway: what all of them have counted. */
export interface MetricsTogether {
  /** @param own what this one has counted. */
  tells(own: () => Promise<unknown>): void;
  /** @returns what all have, merged by mergeMetrics. */
  askAll(): Promise<unknown>;
}

/** Pure: sums of what several processes have counted, as `tells` has it. */
export function mergeMetrics(told: readonly unknown[]): Promise<unknown> {
  return AggregatorRegistry.aggregate([...told] as object[]).getMetricsAsJSON();
}

/**
 * Each process counts for itself.
 * @param together undefined: this process is all of the gateway.
 */
export function createGatewayMetrics(together?: MetricsTogether): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    ...{ name: "gateway_requests_total", help: "Requests answered", registers },
    labelNames: ["route", "method", "status"],
  });
  const seconds = new Histogram({
    ...{ name: "gateway_request_seconds", help: "From a request to its answer", registers },
    labelNames: ["route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const retries = new Counter({
    ...{ name: "gateway_retries_total", help: "Requests sent once more", registers },
    labelNames: ["upstream"],
  });
  const failures = new Counter({
    ...{ name: "gateway_upstream_failures_total", help: "Requests without an answer", registers },
    labelNames: ["upstream"],
  });
  const limited = new Counter({
    ...{ name: "gateway_rate_limited_total", help: "Requests answered 429", registers },
  });
  together?.tells(() => registry.getMetricsAsJSON());
  return {
    contentType: registry.contentType,
    answered({ route, method, status, elapsedMs }) {
      requests.inc({ route, method, status: String(status) });
      seconds.observe({ route }, elapsedMs / 1_000);
    },
    retried: (upstream) => retries.inc({ upstream }),
    failed: (upstream) => failures.inc({ upstream }),
    limited: () => limited.inc(),
    async text() {
      if (together === undefined) return registry.metrics();
      return AggregatorRegistry.aggregate([(await together.askAll()) as object]).metrics();
    },
  };
}
