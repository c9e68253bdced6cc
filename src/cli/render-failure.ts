import { brokenConnection } from "../failure/broken-connection.ts";
import { Failure } from "../failure/failure.ts";
import { shownPlainLines } from "../failure/shown.ts";
import { cannotWrite, writeTrouble } from "../failure/write-trouble.ts";
import { usageFailure } from "./usage-failure.ts";

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

/** What a machine may refuse anywhere a file is written: its owner can cure that, we cannot. */
const fileTrouble: Readonly<Record<string, string>> = {
  EACCES: "a file or directory is not ours to use",
  EPERM: "a file or directory is not ours to use",
  EROFS: "the file system is read-only",
  ENOTDIR: "a directory is needed where there is a file",
  ENAMETOOLONG: "the path of a file is too long",
};

/** Anything thrown becomes a Failure: oclif's parse errors are usage, everything unknown is our bug. */
export function toFailure(
  error: Error & { oclif?: { exit?: number | undefined } },
  commandId?: string,
): Failure {
  if (error instanceof Failure) return error;
  if (error.oclif?.exit === 2) return usageFailure(error, commandId);
  if (writeTrouble(error) !== undefined) {
    const { path } = error as NodeJS.ErrnoException;
    return cannotWrite(path ?? "a file", error, whereFilesAre);
  }
  const refused = refusedFile(error);
  if (refused !== undefined) return refused;
  const broken = brokenConnection(error);
  if (broken !== undefined) {
    return new Failure(
      "environment",
      { what: broken, remedy: "check that the services run (`orders status`), and try again" },
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

const whereFilesAre =
  "orders keeps its state below XDG_STATE_HOME and its downloads below XDG_CACHE_HOME";

function refusedFile(error: NodeJS.ErrnoException): Failure | undefined {
  const { code = "", path, syscall = "", message } = error;
  const why = fileTrouble[code];
  // A socket or a program may be refused with the same codes; those are no files of ours.
  if (why === undefined || path === undefined) return undefined;
  if (/^(spawn|listen|connect|bind)/.test(syscall)) return undefined;
  return new Failure(
    "environment",
    {
      what: `${why}: ${message}`,
      meaning: whereFilesAre,
      remedy: `make ${path} usable, or let these name directories that you may write to`,
    },
    { cause: error },
  );
}

/** Escaped here, once, whatever it holds; what comes after a line break cannot look like a line of ours. */
export function failureText(failure: Failure): string {
  const lines = [`Error: ${indented(failure.message)}`];
  if (failure.meaning !== undefined) lines.push(`  Why it matters: ${indented(failure.meaning)}`);
  if (failure.remedy !== undefined) lines.push(`  What to do: ${indented(failure.remedy)}`);
  return lines.join("\n");
}

function indented(text: string): string {
  return shownPlainLines(text).replaceAll("\n", "\n    ");
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
