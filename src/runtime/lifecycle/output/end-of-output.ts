import { worstExitCode } from "../../../failure/failure.ts";
import { cannotWrite } from "../../../failure/write-trouble.ts";
import { lostOutput, writeAll } from "./guarded-streams.ts";

const names = { stdout: "the output", stderr: "what is said on stderr" } as const;

/**
 * However the process ends: where output was lost, its exit code says so and a sentence on stderr
 * does. A violation stays exit code 1, for that was found; no other verdict counts that nobody can read.
 */
export function answerForLostOutput(): void {
  process.on("exit", () => {
    const [first] = lostOutput();
    if (first === undefined) return;
    const found = Number(process.exitCode ?? 0);
    const failure = cannotWrite(names[first.stream], first.error);
    process.exitCode = worstExitCode([found, failure.exitCode]);
    const lines = [
      `Error: ${failure.message}`,
      `  Why it matters: ${meaningOf(found)}`,
      `  What to do: ${failure.remedy}`,
    ];
    try {
      writeAll(2, Buffer.from(`${lines.join("\n")}\n`));
    } catch {
      // stderr is lost, too: the exit code is what remains.
    }
  });
}

function meaningOf(found: number): string {
  if (found === 0) return "the command did what it was asked, but what it printed is incomplete";
  if (found === 1) return "the audit found a violation, and its report is incomplete";
  return `the command would have ended with exit code ${found}, and what it printed is incomplete`;
}

/** Waits until a slow reader has taken everything: leaving before would cut it. */
export async function outputTaken(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
}
