import { exitCodeOf, worstExitCode } from "../../failure/failure.ts";
import { type RunReport, suiteOf } from "../../report/ci/run-report.ts";
import { type Closing, closingText, exitRow } from "../../report/closing-block.ts";
import { count } from "../../report/figures.ts";
import { shown, type Terminal } from "../../report/terminal.ts";
import type { Finding } from "../finding.ts";
import type { ShopAudit } from "../shop/shop-audit.ts";
import { exitCodeOfVerdict } from "../verdict.ts";
import { type AuditFormat, auditFormat } from "./audit-json.ts";
import { verdictText } from "./verdict-text.ts";

/** An audit of the shop under --json. */
export interface ShopAuditJson extends AuditFormat {
  readonly verdict: ShopAudit["verdict"];
  readonly reason: string;
  /** How much was looked at. */
  readonly counts: Readonly<Record<string, number>>;
  readonly checks: readonly Finding[];
}

export function shopAuditJson({ verdict, reason, lookedAt, checks }: ShopAudit): ShopAuditJson {
  return { ...auditFormat, verdict, reason, counts: lookedAt, checks };
}

/**
 * Checks, then the block that says it all.
 * @param name of the audit: "outbox". @param details also the checks that passed.
 */
export function shopAuditText(
  name: string,
  audit: ShopAudit,
  terminal: Terminal,
  {
    details,
    unwritten = [],
  }: { readonly details: boolean; readonly unwritten?: readonly string[] },
): string {
  return [
    verdictText(audit, terminal, { details }),
    "",
    closingText(shopAuditClosing(name, audit, unwritten), terminal),
  ].join("\n");
}

/** Pure: the block at the end; CI shows the same. */
export function shopAuditClosing(
  name: string,
  { verdict, reason, lookedAt, checks }: ShopAudit,
  unwritten: readonly string[] = [],
): Closing {
  const passed = checks.filter(({ status }) => status === "pass").length;
  const lost = unwritten.length > 0 ? [exitCodeOf.output] : [];
  const exitCode = worstExitCode([exitCodeOfVerdict[verdict], ...lost]);
  const reasons = [reason, ...unwritten].map(shown);
  const amounts = Object.entries(lookedAt).map(([what, amount]) => `${count(amount)} ${what}`);
  return {
    headline: `Audit of the ${name}: ${verdict}`,
    tone: ({ consistent: "good", violated: "bad", inconclusive: "open" } as const)[verdict],
    rows: [
      ["looked at", amounts.join(", ")],
      ["proved", `${passed} of ${checks.length} checks passed`],
      exitRow(exitCode, exitCode === exitCodeOf.output ? reasons.reverse() : reasons),
    ],
  };
}

/** Pure: for CI. */
export function shopAuditReport(name: string, audit: ShopAudit): RunReport {
  return {
    title: `orders audit ${name}`,
    exitCode: exitCodeOfVerdict[audit.verdict],
    closing: shopAuditClosing(name, audit),
    suites: [suiteOf(name, audit.checks)],
  };
}
