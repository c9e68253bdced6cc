import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Failure, worstExitCode } from "../failure/failure.ts";
import { cannotWrite, writeTrouble } from "../failure/write-trouble.ts";
import { githubAnnotations, githubSummary } from "../report/ci/github.ts";
import { junitMark, junitXml } from "../report/ci/junit.ts";
import { failureReport, type RunReport } from "../report/ci/run-report.ts";
import { verdictMarkdown, verdictMarkdownMark } from "../report/ci/verdict-markdown.ts";
import { verdictPage, verdictPageMark } from "../report/html/verdict-page.ts";
import { failureJson, failureText } from "./render-failure.ts";

export interface RecordTarget {
  readonly junit?: string | undefined;
  readonly html?: string | undefined;
  readonly md?: string | undefined;
  readonly out?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** To stderr, also under --json: GitHub reads workflow commands there, too. */
  say(line: string): void;
}

/** What a run leaves for CI: a JUnit file, a directory, annotations and a step's summary. */
export class RunRecord {
  readonly #target: RecordTarget;
  readonly #title: string;
  #logsTrouble: unknown;
  /** What the run should have left and could not, a clause each; known after `finish`. */
  readonly unwritten: string[] = [];

  /**
   * Before anything is started: what could not be written at the end is known now.
   * @throws Failure("usage") for a file or directory that holds something else, Failure("output")
   *   where nothing can be written.
   */
  constructor(title: string, target: RecordTarget) {
    this.#title = title;
    this.#target = target;
    for (const { path, flag, mark, name } of filesOf(target)) demandOwnFile(path, flag, mark, name);
    if (target.out !== undefined) demandEmptyDirectory(target.out);
  }

  /** Copies the logs; what goes wrong there is told at the end. */
  readonly saveLogs = (directory: string): void => {
    const { out } = this.#target;
    if (out === undefined || !existsSync(directory)) return;
    try {
      mkdirSync(join(out, "logs"), { recursive: true });
      for (const name of readdirSync(directory).filter((each) => /\.log(\.\d+)?$/.test(each)))
        copyFileSync(join(directory, name), join(out, "logs", name));
    } catch (error) {
      this.#logsTrouble = error;
    }
  };

  /** @returns the exit code to end with: the run's own, or 7 where that is graver. */
  finish(report: RunReport, result: object, text: string): number {
    return worstExitCode([report.exitCode, this.#write(report, result, text)]);
  }

  /** Of a run that ended with a failure. */
  failed(failure: Failure): void {
    this.#write(failureReport(this.#title, failure), failureJson(failure), failureText(failure));
  }

  #write(report: RunReport, result: object, text: string): number {
    const { junit, html, md, out, environment, say } = this.#target;
    const xml = junitXml(report);
    const { GITHUB_STEP_SUMMARY: summary } = environment;
    const onGithub = environment.GITHUB_ACTIONS === "true";
    const json = () =>
      `${JSON.stringify({ ...result, exit_code: report.exitCode }, undefined, 2)}\n`;
    const tries: readonly (readonly [string, boolean, () => void])[] = [
      [`the JUnit file ${junit}`, junit !== undefined, () => replaceFile(junit ?? "", xml)],
      [`the page ${html}`, html !== undefined, () => replaceFile(html ?? "", verdictPage(report))],
      [`the summary ${md}`, md !== undefined, () => replaceFile(md ?? "", verdictMarkdown(report))],
      [`the logs in ${out}`, this.#logsTrouble !== undefined, () => rethrow(this.#logsTrouble)],
      [
        `the results in ${out}`,
        out !== undefined,
        () => putResults(out ?? "", { json: json(), text, xml }),
      ],
      [
        "the step's summary",
        onGithub && Boolean(summary),
        () => appendFileSync(summary ?? "", githubSummary(report)),
      ],
    ];
    let exitCode = 0;
    for (const [what, wanted, write] of tries) {
      if (!wanted) continue;
      try {
        write();
      } catch (cause) {
        const failure = cannotWrite(what, cause, "the run itself is judged by its own output");
        say(failureText(failure));
        this.unwritten.push(failure.message);
        exitCode = failure.exitCode;
      }
    }
    if (onGithub) for (const line of githubAnnotations(report)) say(line);
    return exitCode;
  }
}

function putResults(
  directory: string,
  { json, text, xml }: { readonly json: string; readonly text: string; readonly xml: string },
): void {
  writeFileSync(join(directory, "result.json"), json);
  writeFileSync(join(directory, "report.txt"), `${text}\n`);
  writeFileSync(join(directory, "junit.xml"), xml);
}

function rethrow(error: unknown): void {
  throw error;
}

/** In one step: a disk that fills up leaves the earlier report. Devices and pipes are written to. */
function replaceFile(path: string, text: string): void {
  if (existsSync(path) && !statSync(path).isFile()) {
    writeFileSync(path, text);
    return;
  }
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

interface ToWrite {
  readonly path: string;
  readonly flag: string;
  /** What an existing file must hold for another to replace it. */
  readonly mark: string;
  readonly name: string;
}

function filesOf({ junit, html, md }: RecordTarget): readonly ToWrite[] {
  const files = [
    { path: junit, flag: "--junit", mark: junitMark, name: "JUnit report" },
    { path: html, flag: "--html", mark: verdictPageMark, name: "page of a verdict" },
    { path: md, flag: "--md", mark: verdictMarkdownMark, name: "summary of a verdict" },
  ];
  return files.flatMap(({ path, ...rest }) => (path === undefined ? [] : [{ path, ...rest }]));
}

function demandOwnFile(path: string, flag: string, mark: string, name: string): void {
  if (existsSync(path)) {
    const about = statSync(path);
    if (about.isFile() && about.size > 0 && !startOf(path).includes(mark)) {
      throw new Failure("usage", {
        what: `${path} exists, and is no ${name}`,
        meaning: "it would be lost",
        remedy: `give ${flag} another name, or remove the file`,
      });
    }
    if (!about.isFile() && !about.isDirectory()) return;
  }
  const draft = `${path}.${process.pid}.new`;
  try {
    if (existsSync(path) && statSync(path).isDirectory()) throw new Error(`${path} is a directory`);
    writeFileSync(draft, "", { flag: "wx" });
  } catch (cause) {
    throw refused(flag, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

function demandEmptyDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    if (readdirSync(path).length > 0) throw new Error(`${path} is not empty`);
    writeFileSync(join(path, "result.json"), "");
    rmSync(join(path, "result.json"));
  } catch (cause) {
    throw refused("--out", cause);
  }
}

function startOf(path: string): string {
  const start = Buffer.alloc(1_024);
  const file = openSync(path, "r");
  try {
    return start.toString("latin1", 0, readSync(file, start, 0, start.length, 0));
  } finally {
    closeSync(file);
  }
}

function refused(flag: string, cause: unknown): Failure {
  if (writeTrouble(cause) !== undefined) return cannotWrite(`what ${flag} asks for`, cause);
  return new Failure(
    "usage",
    {
      what: `${flag} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: `give ${flag} a ${flag === "--out" ? "directory that is new or empty" : "file in a directory"} that you may write to`,
    },
    { cause },
  );
}
