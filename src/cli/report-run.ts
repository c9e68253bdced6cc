import type { RunDigest } from "../load/runs/digest-run.ts";
import { terminalOf } from "../report/terminal.ts";
import type { CommandOutput } from "./command-output.ts";
import { demandPageFile, writePageFile } from "./page-file.ts";
import { RunRecord } from "./run-record.ts";
import { say } from "./run-recorded.ts";

export interface ReportFlags {
  readonly html?: string | undefined;
  readonly junit?: string | undefined;
  readonly md: boolean;
}

/**
 * Reads a run, writes the files that are asked for, prints it. What cannot be written is known
 * before a long one is read.
 * @throws Failure("usage") for a file of somebody else's, Failure("output") for a full disk.
 */
export async function reportRun(
  output: CommandOutput,
  { html, junit, md }: ReportFlags,
  read: () => Promise<RunDigest>,
): Promise<RunDigest> {
  const { runPageMark } = await import("../load/show/run-page-mark.ts");
  const page = { mark: runPageMark, maker: "orders report" };
  if (html !== undefined) demandPageFile(html, page);
  // What became of the run is no news to a CI that only has it reported: no annotations.
  const record = new RunRecord("orders report", { junit, environment: {}, say });
  const digest = await read();
  if (md) {
    const { runMarkdown } = await import("../load/show/run-markdown.ts");
    output.print(runMarkdown(digest));
  } else {
    const { runText } = await import("../load/show/run-text.ts");
    output.print(runText(digest, terminalOf(process.stdout, process.env)));
  }
  const { runJunit } = await import("../load/show/run-junit.ts");
  output.endWith(record.finish({ ...runJunit(digest), exitCode: 0 }, {}, ""));
  if (html !== undefined) {
    const { runPage } = await import("../load/show/run-page.ts");
    writePageFile(html, runPage(digest));
    output.note(`The page is ${html}`);
  }
  return digest;
}
