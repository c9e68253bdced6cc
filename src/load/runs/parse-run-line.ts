import { Failure } from "../../failure/failure.ts";
import type { Slice } from "../slice.ts";
import { type OrderState, orderStates } from "../target.ts";
import {
  type RunAudit,
  type RunHeader,
  type RunLine,
  type RunResult,
  runFormat,
  runVersion,
} from "./run-lines.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Pure.
 * @param where the file, for the error.
 * @throws Failure("usage")
 */
export function parseHeader(line: string, where: string): RunHeader {
  const body = object(line);
  if (body?.format !== runFormat) throw broken(where, `its first line does not say ${runFormat}`);
  if (typeof body.version !== "number" || body.version > runVersion)
    throw new Failure("usage", {
      what: `${where} is of version ${body.version}, and this program reads up to ${runVersion}`,
      remedy: "report it with the version of orders that wrote it, or a later one",
    });
  const { run_id, started_at, command, program, seed, target, schedule, machine } = body;
  const texts = { run_id, started_at, command, program, seed, target };
  for (const [name, value] of Object.entries(texts))
    if (typeof value !== "string") throw broken(where, `${name} is no text`);
  if (Number.isNaN(Date.parse(String(started_at)))) throw broken(where, "started_at is no time");
  if (!hasNumbers(schedule, ["rate_per_second", "duration_ms", "orders"]))
    throw broken(where, "its schedule is incomplete");
  if (!isObject(machine) || !hasNumbers(machine, ["cores", "memory_bytes"]))
    throw broken(where, "its machine is incomplete");
  for (const name of ["workload", "limits", "settings"])
    if (!isObject(body[name])) throw broken(where, `${name} is missing`);
  return body as unknown as RunHeader;
}

/**
 * Pure.
 * @param where file and line, for the error.
 * @returns undefined for a kind that a later version, or another part of it, wrote.
 * @throws Failure("usage") that says what is wrong with it.
 */
export function parseRunLine(line: string, where: string): RunLine | undefined {
  const body = object(line);
  if (body === undefined) throw broken(where, "it is no JSON object");
  switch (body.kind) {
    case "slice":
      return { kind: "slice", slice: parseSlice(body, where) };
    case "result":
      return { kind: "result", result: parseResult(body, where) };
    case "end_to_end":
      if (typeof body.histogram !== "string") throw broken(where, "histogram is no text");
      return {
        kind: "end_to_end",
        endToEnd: {
          histogram: body.histogram,
          source: typeof body.source === "string" ? body.source : undefined,
          committed: parseCommitted(body.committed, where),
        },
      };
    case "audit":
      return { kind: "audit", audit: parseAudit(body, where) };
    default:
      return undefined;
  }
}

const countNames = ["offered", "sent", "acked", "failed", "unknown", "dropped"] as const;

function parseSlice(body: Json, where: string): Slice {
  const { second, counts, histograms, answers, gauges } = body;
  if (!Number.isInteger(second)) throw broken(where, "second is no whole number");
  if (!hasNumbers(counts, countNames)) throw broken(where, "a count is missing");
  if (!isObject(histograms) || !Object.values(histograms).every((each) => typeof each === "string"))
    throw broken(where, "a histogram is no text");
  if (!isObject(gauges) || !Object.values(gauges).every(Number.isFinite))
    throw broken(where, "a gauge is no number");
  if (!Array.isArray(answers) || !answers.every(isAnswer))
    throw broken(where, "an answer is not {state, kind, count}");
  return { second, counts, histograms, answers, gauges } as unknown as Slice;
}

function isAnswer(value: unknown): boolean {
  if (!isObject(value) || typeof value.kind !== "string") return false;
  const { state, count, sample } = value;
  if (sample !== undefined && typeof sample !== "string") return false;
  return orderStates.includes(state as OrderState) && Number.isFinite(count);
}

const resultNumbers = [
  ...["duration_ms", "elapsed_ms", "planned", "target_rate_per_second"],
  ...["achieved_rate_per_second", "acked_rate_per_second"],
];

function parseResult(body: Json, where: string): RunResult {
  const { kind: _, ...result } = body;
  if (!hasNumbers(result, resultNumbers)) throw broken(where, "a figure of the result is missing");
  if (!hasNumbers(result.counts, countNames)) throw broken(where, "a count is missing");
  const { verdict, sentence, end, started_at, target } = result;
  if (![verdict, sentence, end, started_at].every((each) => typeof each === "string"))
    throw broken(where, "a text of the result is missing");
  if (!isObject(target) || ![target.kind, target.address].every((each) => typeof each === "string"))
    throw broken(where, "the result's target is missing");
  const { thresholds = [] } = result;
  if (!Array.isArray(thresholds) || !thresholds.every(isThreshold))
    throw broken(where, "a threshold is not {threshold, metric, state, value, unit, from}");
  return result as unknown as RunResult;
}

function parseCommitted(value: unknown, where: string): readonly number[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((each) => Number.isInteger(each) && each >= 0))
    return value as readonly number[];
  throw broken(where, "what was committed each second is no list of counts");
}

const thresholdStates: readonly unknown[] = ["held", "crossed", "not_measured"];

function isThreshold(value: unknown): boolean {
  if (!isObject(value) || !thresholdStates.includes(value.state)) return false;
  const { threshold, metric, unit, from, value: found, crossed_seconds: crossed = 0 } = value;
  const texts = [threshold, metric, unit, from].every((each) => typeof each === "string");
  return texts && (found === null || Number.isFinite(found)) && Number.isFinite(crossed);
}

const statuses: readonly unknown[] = ["pass", "fail", "unknown"];

function parseAudit(body: Json, where: string): RunAudit {
  const { verdict, reason, checks } = body;
  if (typeof verdict !== "string" || typeof reason !== "string" || !Array.isArray(checks))
    throw broken(where, "it has no verdict, reason and checks");
  return {
    verdict,
    reason,
    checks: checks.map((each: unknown) => {
      if (!isObject(each) || typeof each.check !== "string" || !statuses.includes(each.status))
        throw broken(where, "a check is not {check, status, expected, found}");
      const { check, status, expected, found, detail, examples } = each;
      return {
        check,
        status: status as RunAudit["checks"][number]["status"],
        required: each.required !== false,
        expected: String(expected ?? ""),
        found: String(found ?? ""),
        ...(typeof detail === "string" && { detail }),
        examples: Array.isArray(examples) ? examples.map(String) : [],
      };
    }),
  };
}

function object(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => Number.isFinite(value[name]));
}

/** @param where file, or file and line. */
export function broken(where: string, why: string): Failure {
  return new Failure("usage", {
    what: `${where} is not what a run's file holds: ${why}`,
    remedy: "give a run of `orders runs list`, or the file that `orders produce` wrote, unchanged",
  });
}
