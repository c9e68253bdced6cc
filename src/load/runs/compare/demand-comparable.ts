import { isDeepStrictEqual } from "node:util";
import { Failure } from "../../../failure/failure.ts";
import type { RunHeader } from "../run-lines.ts";
import type { RunBeats } from "./beats.ts";

/** Below it nobody can tell a slow second from a slow system. */
const beatsMin = 20;

/**
 * @throws Failure("usage") for runs of which the one was asked for something else than the other,
 *   Failure("inconclusive") for those that are too short to say anything.
 */
export function demandComparable(a: RunBeats, b: RunBeats): void {
  const asked = [
    ["target", a.header.target, b.header.target],
    ["rate", a.header.schedule.rate_per_second, b.header.schedule.rate_per_second],
    ...furtherWords(a.header, b.header),
  ] as const;
  const other = asked.filter(([, one, two]) => !isDeepStrictEqual(one, two));
  if (other.length > 0)
    throw new Failure("usage", {
      what: `the runs are no two of the same load: ${other.map(([name, one, two]) => `${name} ${told(one)} against ${told(two)}`).join("; ")}`,
      meaning: "what differs between them would be what was asked, not what answered",
      remedy: "compare runs with the same --target and schedule; `orders runs list` shows them",
    });
  const wide = Math.max(a.beatSeconds, b.beatSeconds);
  if (a.beatSeconds !== b.beatSeconds)
    throw new Failure("inconclusive", {
      what: `one run is so much longer that its seconds are put together by ${wide}, the other's are not`,
      remedy: "compare runs of about the same length",
    });
  const short = [a, b].filter(({ beats }) => beats.length < beatsMin);
  if (short.length > 0)
    throw new Failure("inconclusive", {
      what: `too short to compare: ${short.map(({ path, beats }) => `${path} has ${beats.length} whole seconds`).join(", ")}`,
      meaning: `noise is known from how seconds differ, and that takes ${beatsMin} of them`,
      remedy: "run both for a minute or more: --duration 1m",
    });
}

/** Of a schedule that is not steady: what else it says, and then also how long it is. */
function furtherWords(a: RunHeader, b: RunHeader) {
  const details = (schedule: RunHeader["schedule"]) => {
    const { rate_per_second: _, duration_ms, orders, ...further } = schedule;
    return Object.keys(further).length === 0 ? {} : { ...further, duration_ms, orders };
  };
  return [["schedule", details(a.schedule), details(b.schedule)]] as const;
}

/** Pure: what else the two had not in common, a line each; an address or file is no news. */
export function differences(a: RunHeader, b: RunHeader): readonly string[] {
  const facts = ({ workload, limits, settings, machine, revision, program }: RunHeader) => {
    const { load_average: _, host, ...hardware } = machine;
    return { revision, program, host, ...hardware, ...workload, ...limits, ...settings };
  };
  const [one, two] = [facts(a), facts(b)] as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(one), ...Object.keys(two)])]
    .filter((name) => !isDeepStrictEqual(one[name], two[name]))
    .map((name) => `${name}: ${told(one[name])} → ${told(two[name])}`);
}

function told(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
