import { type Line, runSteps, stepsAreLive } from "../../../report/steps.ts";
import type { BootProgress, BootStep } from "../boot-steps.ts";

const titles: Readonly<Record<BootStep, string>> = {
  kafka: "Kafka",
  postgres: "PostgreSQL",
  topics: "Topics",
  database: "Tables and products",
  api: "API",
  consumer: "Consumers",
};

/**
 * Shows a boot on stderr: live on a terminal, line by line off one, nothing when `quiet`. Its steps
 * run at the same time, each from its first word to its last.
 */
export async function showBoot<T>(
  steps: readonly BootStep[],
  { quiet }: { readonly quiet: boolean },
  work: (progress: BootProgress) => Promise<T>,
): Promise<T> {
  const settle = new Map<BootStep, { done(): void; failed(error: Error): void }>();
  const lines = new Map<BootStep, Line>();
  const tasks = steps.map((step) => {
    const finished = new Promise<void>((resolve, reject) => {
      settle.set(step, { done: resolve, failed: reject });
    });
    finished.catch(() => {});
    return {
      title: titles[step],
      task: (line: Line) => {
        lines.set(step, line);
        return finished;
      },
    };
  });
  const live = stepsAreLive();
  const shown = runSteps(tasks, { quiet, concurrent: true, exitOnError: false }).catch(() => {});
  const begun = new Set<BootStep>();
  const ended = new Set<BootStep>();
  const progress: BootProgress = (step, doing, done = false) => {
    begun.add(step);
    const line = lines.get(step);
    if (line === undefined) return;
    if (done) {
      ended.add(step);
      line.title = `${titles[step]} · ${doing}`;
      settle.get(step)?.done();
    } else line.output = live ? doing : `${titles[step]}: ${doing}`;
  };
  try {
    const result = await work(progress);
    for (const { done } of settle.values()) done();
    return result;
  } catch (error) {
    for (const [step, { failed }] of settle) {
      const line = lines.get(step);
      if (line !== undefined && !ended.has(step)) {
        line.title = `${titles[step]} · ${begun.has(step) ? "did not get ready" : "not reached"}`;
      }
      failed(new Error("see below"));
    }
    throw error;
  } finally {
    await shown;
  }
}
