import { type Finding, unknown } from "./finding.ts";
import { howToSee, type Look } from "./how-to-see.ts";

/** A check at work. */
export interface Judging<Trace, Late> {
  see(trace: Trace): void;
  /** @param late what is known only after the last trace. */
  finding(late: Late): Finding;
}

/** What a check is of, whatever it looks at. */
interface Named {
  readonly name: string;
  readonly explanation: string;
  readonly look?: Look;
}

/**
 * A check that throws says nothing more but that: it stops no other, and leaves the verdict open. What it
 * finds is told with what it means, and how a person can see the same.
 */
export function unbroken<Trace, Late>(
  { name, explanation, look = "orders" }: Named,
  begin: () => Judging<Trace, Late>,
): Judging<Trace, Late> {
  let broken: Finding | undefined;
  const attempt = <T>(work: () => T): T | undefined => {
    if (broken !== undefined) return undefined;
    try {
      return work();
    } catch (error) {
      broken = brokeOff(name, error);
      return undefined;
    }
  };
  const judging = attempt(begin);
  return {
    see(trace) {
      attempt(() => judging?.see(trace));
    },
    finding(late) {
      const found =
        attempt(() => judging?.finding(late)) ?? broken ?? brokeOff(name, "it found nothing");
      const see = howToSee(found, look);
      return { ...found, explanation, ...(see.length === 0 ? {} : { see }) };
    },
  };
}

function brokeOff(name: string, error: unknown): Finding {
  return unknown(name, {
    expected: "a finding",
    found: "an error",
    detail: `the check ${name} broke off, so what it looks at is not known: ${error instanceof Error ? error.message : String(error)}`,
  });
}
