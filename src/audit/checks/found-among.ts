import { type Finding, failed, passed, type Sightings, unknown } from "../finding.ts";

/** What a check that looks at one thing after the other has seen. */
interface Seen {
  readonly expected: string;
  /** Where nothing is wrong. */
  readonly right: string;
  readonly wrong: Sightings;
  /** "3 without a message". */
  readonly wrongly: string;
  /** Sentence; the first example follows. */
  readonly detail: string;
  /** What may be wrong, or may lie in what was not seen. */
  readonly doubtful?: Sightings;
  readonly doubtfully?: string;
  readonly doubt?: string | undefined;
}

/** Failed by what is wrong, open by what is doubtful, else passed. */
export function foundAmong(check: string, seen: Seen): Finding {
  const { expected, right, wrong, wrongly, detail, doubtful, doubtfully = "", doubt } = seen;
  if (wrong.count > 0) {
    return failed(check, {
      expected,
      found: wrongly,
      detail: `${detail}: ${wrong.examples[0]}`,
      examples: wrong.examples,
    });
  }
  if (doubtful !== undefined && doubtful.count > 0) {
    return unknown(check, {
      expected,
      found: doubtfully,
      detail: doubt,
      examples: doubtful.examples,
    });
  }
  return passed(check, { expected, found: right });
}
