import type { Audit } from "../../audit/audit-orders.ts";
import {
  overlapSentence,
  type RaceJson,
  type RaceSubject,
  raceJson,
  raceText,
} from "../../audit/show/race-report.ts";
import { type ShopAuditJson, shopAuditJson } from "../../audit/show/shop-audit-report.ts";
import { type VerdictJson, verdictJson } from "../../audit/show/verdict-json.ts";
import { verdictText } from "../../audit/show/verdict-text.ts";
import { exitCodeOfVerdict } from "../../audit/verdict.ts";
import { exitCodeOf } from "../../failure/failure.ts";
import { type LoadJson, loadJson } from "../../load/show/load-json.ts";
import { loadReport } from "../../load/show/load-report.ts";
import { type RunReport, type Suite, suiteOf } from "../../report/ci/run-report.ts";
import { type Closing, closingText, exitRow } from "../../report/closing-block.ts";
import { count, milliseconds, perSecond } from "../../report/figures.ts";
import { painter, shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { Verification } from "../verify-pipeline.ts";

/** What a verification found, as the report needs it. */
export interface VerificationParts extends Omit<Verification, "raceOptions"> {
  readonly raceOptions: RaceSubject;
  /** What the run should have left for CI and could not: RunRecord.unwritten. */
  readonly unwritten?: readonly string[];
}

/** A verification under --json. */
export interface VerificationJson {
  readonly stack: string;
  readonly engine: string;
  readonly engine_why: string;
  /** The worst of the audits and the race. */
  readonly verdict: Audit["verdict"];
  /** Orders sent before those that were measured, and the p50 of each round of them. */
  readonly warm_up: { readonly orders: number; readonly p50_ms: readonly number[] };
  readonly load: LoadJson;
  readonly audit: VerdictJson;
  /** With --profile shop: each of its audits by name. */
  readonly shop?: Readonly<Record<string, ShopAuditJson>>;
  readonly race: RaceJson;
  readonly kept: boolean;
  /** On services of others: what was set back, and what stays. */
  readonly stays: readonly string[];
  /** Where the logs of a run that was not good are; null when none were kept. */
  readonly logs: string | null;
  readonly exit_code: number;
}

export function verificationJson(parts: VerificationParts): VerificationJson {
  const { stack, engine, why, warmUp, load, audit, shop, race, raceOptions, kept, stays } = parts;
  return {
    stack,
    engine,
    engine_why: why,
    verdict: verdictOfAll(parts),
    warm_up: { orders: warmUp.orders, p50_ms: warmUp.p50Ms },
    load: loadJson(load.result, load.delivered, undefined),
    audit: verdictJson(audit),
    ...(shop.length === 0
      ? {}
      : { shop: Object.fromEntries(shop.map((each) => [each.name, shopAuditJson(each.audit)])) }),
    race: raceJson(race, raceOptions),
    kept,
    stays,
    logs: parts.logs ?? null,
    exit_code: parts.exitCode,
  };
}

/**
 * Details first, folded to what matters, then one block that says it all.
 * @param details every table, also of what is well.
 */
export function verificationText(
  parts: VerificationParts,
  terminal: Terminal,
  { details }: { readonly details: boolean },
): string {
  const { load, audit, shop, race, raceOptions } = parts;
  const heading = (text: string) => `\n${painter(terminal)(text, "bold")}`;
  const delivered = load.delivered.exitCode === 0;
  return [
    ...(details || !delivered
      ? [heading("Load"), loadReport(load.result, load.delivered, terminal, { ending: false })]
      : []),
    heading("Every order, by order id"),
    verdictText(audit, terminal, { details }),
    ...shop.flatMap((each) => [
      heading(`The shop: audit of the ${each.name}`),
      verdictText(each.audit, terminal, { details }),
    ]),
    heading(`Race: ${raceOptions.orders} orders at once for ${race.products.join(", ")}`),
    raceText(race, raceOptions, terminal, { details, ending: false }),
    "",
    closingText(verificationClosing(parts), terminal),
    ...afterwards(parts).flatMap((text) => wrapped(shown(text), terminal.width)),
  ].join("\n");
}

function afterwards({ kept, stack, stays, logs }: VerificationParts): readonly string[] {
  return [
    ...(kept
      ? [
          `Kept: \`orders status --stack ${stack}\`; remove it with \`orders down --volumes --stack ${stack}\``,
        ]
      : []),
    ...(stays.length > 0 ? [`On the services that are not ours: ${stays.join("; ")}.`] : []),
    ...(logs === undefined
      ? []
      : [
          `The logs are kept in ${logs}: \`orders logs --stack ${stack}\` shows them, \`orders down --volumes --stack ${stack}\` removes them.`,
        ]),
  ];
}

/** Pure: the block at the end; CI shows the same. */
export function verificationClosing(parts: VerificationParts): Closing {
  const { load, audit, shop, race, raceOptions, warmUp } = parts;
  const verdict = verdictOfAll(parts);
  const { result } = load;
  const { responseMs, scheduleLagMs } = result;
  const accepted = audit.counts.accepted + race.counts.accepted;
  const outcomes = (["reserved", "rejected", "deadLettered"] as const).map(
    (key) => audit.counts[key] + race.counts[key],
  );
  const [reserved = 0, rejected = 0, dead = 0] = outcomes;
  const checks = [audit, ...shop.map((each) => each.audit), race].flatMap((each) => each.checks);
  const passed = checks.filter(({ status }) => status === "pass").length;
  const rows: (readonly [string, string])[] = [
    [
      "orders",
      `${count(accepted)} accepted: ${count(reserved)} reserved, ${count(rejected)} rejected, ${count(dead)} dead-lettered${verdict === "consistent" ? "; not one lost, doubled or oversold" : ""}`,
    ],
    [
      "rate",
      `${perSecond(result.achievedRatePerSecond)} sent of ${perSecond(result.targetRatePerSecond)} asked; ${count(result.counts.acked)} of ${count(result.counts.offered)} acknowledged`,
    ],
    [
      "latency",
      responseMs.count === 0
        ? "none acknowledged"
        : `p50 ${milliseconds(responseMs.p50)}, p99 ${milliseconds(responseMs.p99)} from when an order was due; schedule lag p99 ${milliseconds(scheduleLagMs.p99)}`,
    ],
    [
      "proved",
      `${passed} of ${checks.length} checks passed: every order by its id against log and database${overlapSentence(race, raceOptions)}`,
    ],
  ];
  if (warmUp.orders > 0) {
    rows.push([
      "warm-up",
      `${count(warmUp.orders)} orders before that, audited, not counted in rate and latency`,
    ]);
  }
  return {
    headline: headlines[verdict],
    tone: verdict === "violated" ? "bad" : parts.exitCode === 0 ? "good" : "open",
    rows: [...rows, exitRow(parts.exitCode, exitReasons(parts))],
  };
}

/** Pure: for CI. */
export function verificationReport(parts: VerificationParts): RunReport {
  const { load, audit, shop, race, exitCode } = parts;
  const { sentence, exitCode: undelivered } = load.delivered;
  const delivery: Suite = {
    name: "load",
    cases: [
      {
        name: "delivered at the asked rate",
        status: undelivered === 0 ? "pass" : "fail",
        text: sentence,
      },
    ],
  };
  return {
    title: "orders verify",
    exitCode,
    closing: verificationClosing(parts),
    suites: [
      delivery,
      suiteOf("orders", audit.checks),
      ...shop.map((each) => suiteOf(each.name, each.audit.checks)),
      suiteOf("race", race.checks),
    ],
  };
}

const headlines = {
  consistent: "Verified: consistent",
  violated: "Verified: VIOLATED: orders and stock do not agree",
  inconclusive: "Not verified: inconclusive, the evidence does not suffice",
} as const;

/** Pure: every reason for an exit code that is not 0, the gravest first. */
export function exitReasons(parts: VerificationParts): readonly string[] {
  const { load, audit, shop, race, unwritten = [] } = parts;
  const { delivered } = load;
  const found = [
    {
      code: exitCodeOfVerdict[audit.verdict],
      text: `the load is ${audit.verdict}: ${audit.reason}`,
    },
    ...shop.map(({ name, audit: { verdict, reason } }) => ({
      code: exitCodeOfVerdict[verdict],
      text: `the ${name} is ${verdict}: ${reason}`,
    })),
    { code: exitCodeOfVerdict[race.verdict], text: `the race is ${race.verdict}: ${race.reason}` },
    { code: delivered.exitCode, text: withoutStop(delivered.sentence) },
    ...unwritten.map((text) => ({ code: exitCodeOf.output, text })),
  ].filter(({ code }) => code !== 0);
  const gravest = [1, 7, 4, 3, 5];
  found.sort((a, b) => gravest.indexOf(a.code) - gravest.indexOf(b.code));
  return found.length === 0
    ? ["all is consistent, and the load was delivered at the asked rate"]
    : found.map(({ text }) => shown(text));
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

function verdictOfAll({ audit, shop, race }: VerificationParts): Audit["verdict"] {
  const order = ["violated", "inconclusive", "consistent"] as const;
  const found = order.find((verdict) =>
    [audit, ...shop.map((each) => each.audit), race].some((each) => each.verdict === verdict),
  );
  return found ?? "inconclusive";
}
