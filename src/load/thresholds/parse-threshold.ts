import { closestName } from "../../failure/closest-name.ts";
import { Failure } from "../../failure/failure.ts";
import { parseDuration } from "../../ports/duration.ts";
import { type Metric, type MetricUnit, metrics } from "./metrics.ts";
import { type Comparison, comparisons, type Threshold } from "./threshold.ts";

/** The reference system's five alarms, in its README's words: consumer lag, database latency, lock wait, network, errors. */
const referenceTexts = [
  "lag_max>100000 for 5m",
  "database_p99>200ms",
  "lock_wait_mean>50ms",
  "network_share_max>70%",
  "error_rate>0.1%",
] as const;

const example = "--fail-if 'response_p99>100ms'";

/**
 * @param texts of `--fail-if`: `METRIC>BOUND`, `METRIC<BOUND for 5m`, or `reference`.
 * @throws Failure("usage") that names what a typo most likely meant, and all metrics.
 */
export function parseThresholds(texts: readonly string[]): readonly Threshold[] {
  return texts
    .flatMap((text) => (text.trim() === "reference" ? referenceTexts : [text]))
    .map(parseThreshold);
}

/** The metric of a threshold that was parsed. */
export function metricOf({ metric }: Pick<Threshold, "metric">): Metric {
  const found = metrics.find(({ name }) => name === metric);
  if (found === undefined) throw unknownMetric(metric);
  return found;
}

function parseThreshold(text: string): Threshold {
  const match =
    /^\s*(?<metric>[a-z0-9_]+)\s*(?<comparison>>=|<=|>|<)\s*(?<bound>\S+?)(?:\s+for\s+(?<time>\S+))?\s*$/i.exec(
      text,
    );
  if (match?.groups === undefined)
    throw new Failure("usage", {
      what: `--fail-if "${text}" is no threshold`,
      meaning: `a threshold is a metric, one of ${comparisons.join(" ")}, a bound and, if it must last, "for" and a time`,
      remedy: `write it in quotes, e.g. ${example} or --fail-if 'lag_max>100000 for 5m'`,
    });
  const { metric: name = "", comparison, bound = "", time } = match.groups;
  const metric = metrics.find((each) => each.name === name.toLowerCase());
  if (metric === undefined) throw unknownMetric(name);
  if (time !== undefined && metric.ofSecond === undefined)
    throw new Failure("usage", {
      what: `--fail-if "${text}": ${metric.name} has no value for each second, so it cannot last "for ${time}"`,
      remedy: `leave out "for ${time}": then the whole run's figure is judged`,
    });
  return {
    text: text.trim(),
    metric: metric.name,
    comparison: comparison as Comparison,
    bound: parseBound(bound, metric.unit, text),
    forSeconds: time === undefined ? undefined : parseTime(time, text),
  };
}

function parseTime(time: string, text: string): number {
  const limits = { minMs: 1_000, maxMs: 24 * 3_600_000 };
  return Math.ceil(parseDuration(time, `the time in --fail-if "${text}":`, limits) / 1_000);
}

/** A bound without a unit would be read as seconds by one and as milliseconds by the other. */
function parseBound(bound: string, unit: MetricUnit, text: string): number {
  if (unit === "ms") {
    const micro = /^(\d+(?:\.\d+)?)(?:us|µs)$/.exec(bound);
    if (micro !== null) return Number(micro[1]) / 1_000;
    const limits = { minMs: 0, maxMs: 24 * 3_600_000 };
    return parseDuration(bound, `the bound in --fail-if "${text}":`, limits);
  }
  if (unit === "share") {
    const share = /^(\d+(?:\.\d+)?)%$/.exec(bound);
    if (share !== null) return Number(share[1]) / 100;
    throw wrongBound(text, "a share is given in per cent: 0.1%");
  }
  const plain = /^(\d+(?:\.\d+)?)(k?)(?:\/s)?$/i.exec(
    bound.replaceAll(/(?<=\d)[,_](?=\d{3})/g, ""),
  );
  if (plain !== null) return Number(plain[1]) * (plain[2] === "" ? 1 : 1_000);
  throw wrongBound(text, unit === "count" ? "a count is a plain number: 100000" : "5000/s or 5000");
}

function wrongBound(text: string, remedy: string): Failure {
  return new Failure("usage", {
    what: `the bound in --fail-if "${text}" has the wrong unit`,
    remedy,
  });
}

function unknownMetric(name: string): Failure {
  const names = metrics.map((each) => each.name);
  const near = closestName(name, names);
  return new Failure("usage", {
    what: `--fail-if: there is no metric "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    meaning: `the metrics are ${names.join(", ")}`,
    remedy: `give one of them, e.g. ${example}`,
  });
}
