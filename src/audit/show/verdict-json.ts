import type { Audit } from "../audit-orders.ts";
import type { Finding } from "../finding.ts";
import { type AuditFormat, auditFormat } from "./audit-json.ts";

/** A verdict under --json. */
export interface VerdictJson extends AuditFormat {
  readonly verdict: Audit["verdict"];
  readonly reason: string;
  readonly counts: {
    readonly sent: number;
    readonly accepted: number;
    readonly failed: number;
    readonly unknown: number;
    readonly dropped: number;
    readonly reserved: number;
    readonly rejected: number;
    readonly dead_lettered: number;
  };
  readonly checks: readonly Finding[];
}

export function verdictJson({ verdict, reason, counts, checks }: Audit): VerdictJson {
  const { deadLettered: dead_lettered, ...rest } = counts;
  return { ...auditFormat, verdict, reason, counts: { ...rest, dead_lettered }, checks };
}
