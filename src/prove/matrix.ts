import type { Finding } from "../audit/finding.ts";
import type { Verdict } from "../audit/verdict.ts";
import type { Alarm, Fault } from "./fault.ts";

/** A check that said something which it should not have. */
export interface FalseAlarm {
  readonly check: string;
  readonly detail: string;
}

/** What the auditor made of one system that is broken. */
export interface FaultResult {
  readonly fault: string;
  readonly of: Fault["of"];
  readonly explanation: string;
  readonly expected: readonly Alarm[];
  readonly verdict: Verdict["verdict"];
  /** Checks that failed, in the auditor's order. */
  readonly fired: readonly string[];
  /** Should have fired, and did not. */
  readonly missed: readonly string[];
  readonly falseAlarms: readonly FalseAlarm[];
  /** Checks that had no evidence. */
  readonly unknown: readonly string[];
  /** All checks that were asked. */
  readonly asked: readonly string[];
  readonly durationMs: number;
}

/** What it made of one that is not. */
export interface SoundResult {
  readonly system: string;
  readonly round: number;
  readonly seed: string;
  readonly verdict: Verdict["verdict"];
  readonly reason: string;
  readonly falseAlarms: readonly FalseAlarm[];
  readonly unknown: readonly string[];
  readonly asked: readonly string[];
  readonly orders: number;
  readonly durationMs: number;
}

/** Pure: found is a fault where every check that was named beforehand fires, and no other. */
export function judgeFault(
  fault: Pick<Fault, "name" | "of" | "explanation" | "fires">,
  { verdict, checks }: Verdict,
  durationMs: number,
): FaultResult {
  const expected = new Set(fault.fires.map(({ check }) => check));
  const failed = checks.filter(({ status }) => status === "fail");
  const fired = failed.map(({ check }) => check);
  return {
    ...{ fault: fault.name, of: fault.of, explanation: fault.explanation, expected: fault.fires },
    ...{ verdict, fired, durationMs },
    missed: [...expected].filter((check) => !fired.includes(check)),
    falseAlarms: failed.filter(({ check }) => !expected.has(check)).map(alarmOf),
    ...seenIn(checks),
  };
}

/** Pure. */
export function judgeSound(
  about: Pick<SoundResult, "system" | "round" | "seed" | "orders" | "durationMs">,
  { verdict, reason, checks }: Verdict,
): SoundResult {
  const falseAlarms = checks.filter(({ status }) => status === "fail").map(alarmOf);
  return { ...about, verdict, reason, falseAlarms, ...seenIn(checks) };
}

function seenIn(checks: readonly Finding[]): Pick<FaultResult, "unknown" | "asked"> {
  return {
    unknown: checks.filter(({ status }) => status === "unknown").map(({ check }) => check),
    asked: checks.map(({ check }) => check),
  };
}

function alarmOf({ check, found, detail, examples }: Finding): FalseAlarm {
  const text = detail ?? `found ${found}`;
  const first = examples.slice(0, 1).filter((example) => !text.includes(example));
  return { check, detail: [text, ...first].join(": ") };
}

export function isFound({ missed, falseAlarms }: FaultResult): boolean {
  return missed.length === 0 && falseAlarms.length === 0;
}

/** What all of it comes to. */
export interface ProofVerdict {
  readonly verdict: Verdict["verdict"];
  readonly reason: string;
}

/**
 * Pure. A fault that was missed, or a false alarm, is a violation: of the auditor. A sound system of
 * which it could not tell leaves the proof open, and so does having run nothing.
 */
export function proofVerdict(
  faults: readonly FaultResult[],
  sound: readonly SoundResult[],
): ProofVerdict {
  const missed = faults.filter((result) => result.missed.length > 0);
  const alarmed = [...faults, ...sound].filter((result) => result.falseAlarms.length > 0);
  const open = sound.filter(({ verdict }) => verdict === "inconclusive");
  const wrong = [
    ...(missed.length === 0
      ? []
      : [`not found as it should be: ${missed.map(({ fault }) => fault).join(", ")}`]),
    ...(alarmed.length === 0
      ? []
      : [`false alarms: ${[...new Set(alarmed.map(nameOf))].join(", ")}`]),
  ];
  if (wrong.length > 0) return { verdict: "violated", reason: wrong.join("; ") };
  if (open.length > 0) {
    const systems = [...new Set(open.map(({ system }) => system))].join(", ");
    return { verdict: "inconclusive", reason: `no verdict on what is sound: ${systems}` };
  }
  if (faults.length + sound.length === 0)
    return { verdict: "inconclusive", reason: "nothing was run" };
  const parts = [
    ...(faults.length === 0 ? [] : [`each of ${faults.length} faults found by its checks alone`]),
    ...(sound.length === 0 ? [] : [`no false alarm in ${sound.length} runs of sound systems`]),
  ];
  return { verdict: "consistent", reason: parts.join(", ") };
}

function nameOf(result: FaultResult | SoundResult): string {
  return "fault" in result ? result.fault : `${result.system} (seed ${result.seed})`;
}
