import { runSteps, type StepLine, stepsAreLive } from "../../../report/steps.ts";
import type { BootProgress } from "../boot-progress.ts";

/**
 * Shows a boot on stderr: live on a terminal, line by line off one, nothing when `quiet`. Its steps
 * run at the same time, each from its first word to its last.
 */
export async function showBoot<T>(
  steps: readonly { readonly step: string; readonly title: string }[],
  { quiet }: { readonly quiet: boolean },
  work: (progress: BootProgress) => Promise<T>,
): Promise<T> {
  const settle = new Map<string, { done(): void; failed(error: Error): void }>();
  const lines = new Map<string, StepLine>();
  const titles = new Map(steps.map(({ step, title }) => [step, title]));
  const tasks = steps.map(({ step, title }) => {
    const finished = new Promise<void>((resolve, reject) => {
      settle.set(step, { done: resolve, failed: reject });
    });
    finished.catch(() => {});
    return {
      title,
      task: (line: StepLine) => {
        lines.set(step, line);
        return finished;
      },
    };
  });
  const live = stepsAreLive();
  const shown = runSteps(tasks, { quiet, concurrent: true, exitOnError: false }).catch(() => {});
  const begun = new Set<string>();
  const ended = new Set<string>();
  const progress: BootProgress = (step, doing, done = false) => {
    begun.add(step);
    const line = lines.get(step);
    if (line === undefined) return;
    if (done) {
      ended.add(step);
      line.title = `${titles.get(step)} · ${doing}`;
      settle.get(step)?.done();
    } else line.output = live ? doing : `${titles.get(step)}: ${doing}`;
  };
  try {
    const result = await work(progress);
    for (const { done } of settle.values()) done();
    return result;
  } catch (error) {
    for (const [step, { failed }] of settle) {
      const line = lines.get(step);
      if (line !== undefined && !ended.has(step)) {
        line.title = `${titles.get(step)} · ${begun.has(step) ? "did not get ready" : "not reached"}`;
      }
      failed(new Error("see below"));
    }
    throw error;
  } finally {
    await shown;
  }
}
