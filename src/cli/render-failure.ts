import { Failure } from "../failure/failure.ts";

/** One shape for every error under --json; exit_code repeats the process's, for logs. */
export interface FailureJson {
  readonly error: {
    readonly kind: string;
    readonly what: string;
    readonly meaning?: string;
    readonly remedy?: string;
    readonly exit_code: number;
  };
}

/** Anything thrown becomes a Failure: oclif's parse errors are usage, everything unknown is our bug. */
export function toFailure(error: Error & { oclif?: { exit?: number | undefined } }): Failure {
  if (error instanceof Failure) return error;
  if (error.oclif?.exit === 2) {
    return new Failure(
      "usage",
      { what: firstParagraph(error.message), remedy: "see --help" },
      { cause: error },
    );
  }
  return new Failure(
    "bug",
    {
      what: `unexpected: ${error.message || error.name}`,
      meaning: "this is a bug of orders, not of your input",
      remedy: `please report it with this trace:\n${error.stack ?? ""}`,
    },
    { cause: error },
  );
}

export function failureText(failure: Failure): string {
  const lines = [`Error: ${failure.message}`];
  if (failure.meaning !== undefined) lines.push(`  Why it matters: ${failure.meaning}`);
  if (failure.remedy !== undefined) lines.push(`  What to do: ${failure.remedy}`);
  return lines.join("\n");
}

export function failureJson(failure: Failure): FailureJson {
  return {
    error: {
      kind: failure.kind,
      what: failure.message,
      ...(failure.meaning === undefined ? {} : { meaning: failure.meaning }),
      ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }),
      exit_code: failure.exitCode,
    },
  };
}

/** oclif appends a hint about --help; we have our own. */
function firstParagraph(message: string): string {
  return message.replace(/\nSee more help with --help$/, "").trim();
}
