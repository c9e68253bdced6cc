import type { Audit } from "../audit-orders.ts";
import type { Finding } from "../finding.ts";

/** A verdict under --json. */
export interface VerdictJson {
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
  return { verdict, reason, counts: { ...rest, dead_lettered }, checks };
}
