import { shown, wrapped } from "./terminal.ts";

const widthOffTerminal = 100;

/** Each warning as a paragraph that begins with "!"; names in it come from elsewhere. */
export function warningsText(warnings: readonly string[], width: number | undefined): string {
  return warnings
    .map((warning) =>
      wrapped(shown(warning), (width ?? widthOffTerminal) - 2)
        .map((line, index) => `${index === 0 ? "! " : "  "}${line}`)
        .join("\n"),
    )
    .join("\n");
}
