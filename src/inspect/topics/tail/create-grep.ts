import vm from "node:vm";
import { Failure } from "../../../failure/failure.ts";

/** How much of a value is matched. */
export const grepBytesMax = 65_536;
/** For one call: a pattern that backtracks without end would never come back. */
const grepTimeMsMax = 2_000;

export type Grep = (values: readonly (Buffer | null)[]) => readonly boolean[];

/**
 * Matches a person's pattern at a bounded cost: on the first 64 KiB of each value, and for two
 * seconds at most. (Only code run by node:vm can be interrupted within a match.)
 * @param source a regular expression as JavaScript writes it.
 * @throws Failure("usage") for a pattern that is none, here; or that takes too long, in the call.
 */
export function createGrep(source: string): Grep {
  const context = vm.createContext({ source, texts: [] as string[] });
  try {
    vm.runInContext("pattern = new RegExp(source)", context);
  } catch (cause) {
    throw new Failure(
      "usage",
      {
        what: `--grep is no regular expression: ${(cause as Error).message}`,
        remedy: "escape . * + ? ( ) [ ] { } | ^ $ \\ with a backslash to match them as they are",
      },
      { cause },
    );
  }
  const script = new vm.Script("texts.map((text) => pattern.test(text))");
  return (values) => {
    context.texts = values.map((value) => value?.toString("utf8", 0, grepBytesMax) ?? "");
    try {
      return script.runInContext(context, { timeout: grepTimeMsMax }) as readonly boolean[];
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw cause;
      throw new Failure(
        "usage",
        {
          what: `--grep ${JSON.stringify(source)} takes longer than ${grepTimeMsMax / 1_000} s for ${values.length} messages`,
          meaning: "a pattern with nested repetition, such as (a+)+, can backtrack without end",
          remedy: "write it without nested repetition",
        },
        { cause },
      );
    } finally {
      context.texts = [];
    }
  };
}
