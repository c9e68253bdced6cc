import type { Audit } from "../audit/audit-orders.ts";
import type { RaceRun } from "../audit/race/run-race.ts";
import type { Delivered } from "../load/judge-delivery.ts";
import type { LoadResult } from "../load/run-load.ts";
import { type LoadJson, loadJson } from "./load/load-json.ts";
import { loadReport } from "./load/load-report.ts";
import { type RaceJson, type RaceSubject, raceJson, raceText } from "./race-report.ts";
import { painter, type Terminal } from "./terminal.ts";
import { type VerdictJson, verdictJson } from "./verdict-json.ts";
import { verdictText } from "./verdict-report.ts";

/** What a verification found, as the report needs it. */
export interface VerificationParts {
  readonly stack: string;
  readonly engine: string;
  readonly why: string;
  readonly load: { readonly result: LoadResult; readonly delivered: Delivered };
  readonly audit: Audit;
  readonly race: RaceRun;
  readonly raceOptions: RaceSubject;
  readonly kept: boolean;
  readonly exitCode: number;
}

/** A verification under --json. */
export interface VerificationJson {
  readonly stack: string;
  readonly engine: string;
  readonly engine_why: string;
  /** The worst of load, audit and race. */
  readonly verdict: "consistent" | "violated" | "inconclusive";
  readonly load: LoadJson;
  readonly audit: VerdictJson;
  readonly race: RaceJson;
  readonly kept: boolean;
  readonly exit_code: number;
}

export function verificationJson(parts: VerificationParts): VerificationJson {
  const { stack, engine, why, load, audit, race, raceOptions, kept, exitCode } = parts;
  return {
    stack,
    engine,
    engine_why: why,
    verdict: worst(audit.verdict, race.verdict),
    load: loadJson(load.result, load.delivered, undefined),
    audit: verdictJson(audit),
    race: raceJson(race, raceOptions),
    kept,
    exit_code: exitCode,
  };
}

export function verificationText(parts: VerificationParts, terminal: Terminal): string {
  const { load, audit, race, raceOptions, kept, stack } = parts;
  const heading = (text: string) => `\n${painter(terminal)(text, "bold")}`;
  const blocks = [
    heading("Load"),
    loadReport(load.result, load.delivered, terminal),
    heading("Every order of the load, by order id"),
    verdictText(audit, terminal),
    heading(`Race: ${raceOptions.orders} orders at once for ${raceOptions.productId}`),
    raceText(race, raceOptions, terminal),
    "",
    overall(parts, terminal),
  ];
  if (kept) {
    blocks.push(
      `Kept: \`orders status --stack ${stack}\`; stop it with \`orders down --volumes --stack ${stack}\``,
    );
  }
  return blocks.join("\n");
}

function overall({ load, audit, race }: VerificationParts, terminal: Terminal): string {
  const verdict = worst(audit.verdict, race.verdict);
  const colour = { consistent: "green", violated: "red", inconclusive: "yellow" } as const;
  const { counts } = load.result;
  const sentence = {
    consistent: `not one of ${counts.acked + race.counts.accepted} accepted orders was lost, doubled or oversold`,
    violated: "orders and stock do not agree; see the failed checks above",
    inconclusive: "the evidence does not suffice; see the open checks above",
  }[verdict];
  return painter(terminal)(`Verified: ${verdict}: ${sentence}.`, "bold", colour[verdict]);
}

function worst(a: Audit["verdict"], b: Audit["verdict"]): Audit["verdict"] {
  const order = ["violated", "inconclusive", "consistent"] as const;
  return order.find((verdict) => verdict === a || verdict === b) ?? "inconclusive";
}
