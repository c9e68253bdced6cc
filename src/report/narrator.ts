import { Listr, ListrLogger, ProcessOutput } from "listr2";
import type { Narrator } from "../audit/race/run-race.ts";

/**
 * Shows steps on stderr while they run: live on a terminal, line by line off one, nothing when
 * `silent` (under --json). Steps run one after the other.
 */
export function listrNarrator({ silent }: { readonly silent: boolean }): Narrator {
  const live = process.stderr.isTTY === true;
  return {
    async step(title, work) {
      let result: { readonly value: Awaited<ReturnType<typeof work>> } | undefined;
      const tasks = [
        {
          title,
          task: async (_: unknown, task: { title: string; output: string }) => {
            let last = "";
            const value = await work((text) => {
              last = text;
              // Off a terminal each would be a line of its own, many a second.
              if (live) task.output = text;
            });
            if (last !== "") task.title = `${title} · ${last}`;
            result = { value };
          },
        },
      ];
      // Signals are ours: listr2's own listener would exit with 127.
      const options = { registerSignalListeners: false, concurrent: false };
      const logger = new ListrLogger({
        processOutput: new ProcessOutput(process.stderr, process.stderr),
      });
      if (silent) {
        await new Listr(tasks, { ...options, renderer: "silent" }).run();
      } else if (live) {
        await new Listr(tasks, {
          ...options,
          renderer: "default",
          // Whether stdout is a terminal says nothing about stderr.
          fallbackRendererCondition: () => false,
          rendererOptions: { logger, showErrorMessage: false },
        }).run();
      } else {
        await new Listr(tasks, {
          ...options,
          renderer: "simple",
          rendererOptions: { logger },
        }).run();
      }
      if (result === undefined) throw new Error(`the step "${title}" ended without a result`);
      return result.value;
    },
  };
}
