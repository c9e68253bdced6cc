/** What one check saw. Cells are short (a table shows them); `detail` is the sentence for a person. */
export interface Finding {
  /** Name of the check: words joined by hyphens, the name of its file where it has one. */
  readonly check: string;
  readonly expected: string;
  readonly found: string;
  /** `unknown`: the evidence is missing, so nothing is said, neither good nor bad. */
  readonly status: "pass" | "fail" | "unknown";
  /** Why it failed or is unknown, or a remark on how it was checked. */
  readonly detail?: string;
  /** Orders (or products) that show it: at most `examplesMax`, of however many there are. */
  readonly examples: readonly string[];
  /**
   * False for evidence that a system may do without (a table that only this project has): unknown
   * there does not keep a run from being consistent. A failure always counts.
   */
  readonly required: boolean;
  /** One sentence: what holds where it passes. */
  readonly explanation?: string;
  /** What shows a person the same: commands to paste. Nothing where all is well. */
  readonly see?: readonly string[];
}

export const examplesMax = 10;

interface FindingText {
  readonly expected: string;
  readonly found: string;
  readonly detail?: string | undefined;
  readonly examples?: readonly string[];
  readonly required?: boolean;
}

export function passed(check: string, text: FindingText): Finding {
  return finding(check, "pass", text);
}

export function failed(check: string, text: FindingText): Finding {
  return finding(check, "fail", text);
}

export function unknown(check: string, text: FindingText): Finding {
  return finding(check, "unknown", text);
}

function finding(check: string, status: Finding["status"], text: FindingText): Finding {
  return {
    check,
    expected: text.expected,
    found: text.found,
    status,
    ...(text.detail === undefined ? {} : { detail: text.detail }),
    examples: (text.examples ?? []).slice(0, examplesMax),
    required: text.required ?? true,
  };
}

/** Counts without bound, remembers examples within one. */
export class Sightings {
  #count = 0;
  readonly #examples: string[] = [];

  add(example: string): void {
    this.#count += 1;
    if (this.#examples.length < examplesMax) this.#examples.push(example);
  }

  get count(): number {
    return this.#count;
  }

  get examples(): readonly string[] {
    return this.#examples;
  }
}

/** @returns "1 order", "2 orders". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
