import {
  DefaultRenderer,
  Listr,
  ListrLogger,
  type ListrTask,
  ProcessOutput,
  SilentRenderer,
  SimpleRenderer,
} from "listr2";
import { shown } from "../failure/shown.ts";

export interface StepLine {
  title: string;
  output: string;
}

export interface Step {
  readonly title: string;
  readonly task: (line: StepLine) => Promise<unknown>;
}

/** listr2 asks whether stdout is a terminal, which says nothing about stderr. */
class OnStderr extends DefaultRenderer {
  static override nonTTY = true;
}

/** Whether lines can be written over on stderr. */
export function stepsAreLive(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== "dumb";
}

/**
 * Shows steps on stderr while they run, wherever stdout goes: live on a terminal, line by line off
 * one, nothing when `quiet`.
 */
export async function runSteps(
  steps: readonly Step[],
  options: {
    readonly quiet: boolean;
    readonly concurrent: boolean;
    readonly exitOnError: boolean;
  },
): Promise<void> {
  const { quiet, concurrent, exitOnError } = options;
  const logger = new ListrLogger({
    processOutput: new ProcessOutput(process.stderr, process.stderr),
  });
  const tasks: ListrTask[] = steps.map(({ title, task }) => ({
    title: shown(title),
    task: (_, line) => task(shownLine(line)),
  }));
  // Signals are ours: listr2's own listener would exit with 127.
  const common = { concurrent, exitOnError, registerSignalListeners: false };
  if (quiet) await new Listr(tasks, { ...common, renderer: SilentRenderer }).run();
  else if (stepsAreLive()) {
    const rendererOptions = { logger, showErrorMessage: false };
    await new Listr(tasks, { ...common, renderer: OnStderr, rendererOptions }).run();
  } else {
    await new Listr(tasks, {
      ...common,
      renderer: SimpleRenderer,
      rendererOptions: { logger },
    }).run();
  }
}

/** A step's words may hold what a server said. */
function shownLine(line: StepLine): StepLine {
  return {
    get title() {
      return line.title;
    },
    set title(text) {
      line.title = shown(text);
    },
    get output() {
      return line.output;
    },
    set output(text) {
      line.output = shown(text);
    },
  };
}
