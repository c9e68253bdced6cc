import * as Flags from "@oclif/core/flags";

/** Of commands that end with a verdict. */
export const recordFlags = {
  junit: Flags.string({
    summary: "also write each check as a test case to this file (JUnit's XML)",
    helpValue: "FILE",
  }),
  html: Flags.string({
    summary: "also write the verdict as one self-contained page to this file",
    helpValue: "FILE",
  }),
  md: Flags.string({
    summary: "also write the verdict in Markdown, for a pull request, to this file",
    helpValue: "FILE",
  }),
  out: Flags.string({
    summary: "keep result.json, report.txt, junit.xml and the logs in this directory, new or empty",
    helpValue: "DIR",
  }),
};

/** As parsed. */
export interface RecordFlags {
  readonly junit?: string | undefined;
  readonly html?: string | undefined;
  readonly md?: string | undefined;
  readonly out?: string | undefined;
  /** What passed is shown, too. */
  readonly details: boolean;
}
