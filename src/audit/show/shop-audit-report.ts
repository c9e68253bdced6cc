import { type RunReport, suiteOf } from "../../report/ci/run-report.ts";
import { type Closing, closingText } from "../../report/closing-block.ts";
import { count } from "../../report/figures.ts";
import type { Terminal } from "../../report/terminal.ts";
import type { Finding } from "../finding.ts";
import type { ShopAudit } from "../shop/shop-audit.ts";
import { exitCodeOfVerdict } from "../verdict.ts";
import { auditClosing, provedText } from "./audit-closing.ts";
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
  audit: ShopAudit,
  unwritten: readonly string[] = [],
): Closing {
  const amounts = Object.entries(audit.lookedAt).map(
    ([what, amount]) => `${count(amount)} ${what}`,
  );
  const rows: Closing["rows"] = [
    ["looked at", amounts.join(", ")],
    ["proved", provedText(audit)],
  ];
  return auditClosing(audit, `Audit of the ${name}`, rows, unwritten);
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
