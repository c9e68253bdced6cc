/** What `orders doctor` finds. Made by diagnose.ts, shown by show/. */
export interface Check {
  readonly name: string;
  /** missing: something cannot work; warning: it works, and there is something to know. */
  readonly state: "ok" | "warning" | "missing";
  /** What was found. */
  readonly found: string;
  /** Why it matters; null when all is well. */
  readonly why: string | null;
  /** What to install or do; null when nothing. */
  readonly remedy: string | null;
}

export interface Diagnosis {
  /** What `orders up` would use now; null when no engine works. */
  readonly engine: string | null;
  /** Why that one, or why none. */
  readonly why: string;
  readonly checks: readonly Check[];
}
