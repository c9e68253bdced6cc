/**
 * The few kinds of failure a command can end with. The kind decides the exit code (design: Command
 * line); the three sentences tell a person what happened, what it means and what to do.
 */
export const exitCodeOf = {
  usage: 2,
  inconclusive: 3,
  environment: 4,
  violation: 1,
  undelivered: 5,
  threshold: 6,
  output: 7,
  bug: 70,
} as const;

export type FailureKind = keyof typeof exitCodeOf;

export interface FailureText {
  /** What happened, as a sentence without a trailing full stop. */
  readonly what: string;
  /** What that means for the person who ran the command. */
  readonly meaning?: string;
  /** What to do about it; a command to type where there is one. */
  readonly remedy?: string;
}

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly meaning: string | undefined;
  readonly remedy: string | undefined;

  constructor(kind: FailureKind, text: FailureText, options?: ErrorOptions) {
    super(text.what, options);
    this.name = "Failure";
    this.kind = kind;
    this.meaning = text.meaning;
    this.remedy = text.remedy;
  }

  get exitCode(): number {
    return exitCodeOf[this.kind];
  }
}

/** Where several exit codes hold, a command exits with the first of these (design: Command line). */
const precedence = [70, 1, 7, 4, 3, 5, 6, 2] as const;

/** @returns the exit code to end with; 0 when nothing is wrong. */
export function worstExitCode(codes: readonly number[]): number {
  return precedence.find((code) => codes.includes(code)) ?? codes.find((code) => code !== 0) ?? 0;
}
