import type { Verdict } from "../verdict.ts";

/** What an audit of the shop found. */
export interface ShopAudit extends Verdict {
  /** How much it looked at, by a word in the plural. */
  readonly lookedAt: Readonly<Record<string, number>>;
}
