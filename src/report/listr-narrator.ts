import type { Narrator } from "../ports/narrator.ts";
import { runSteps, stepsAreLive } from "./steps.ts";

/** Shows steps on stderr while they run, one after the other; nothing when `quiet`. */
export function listrNarrator({ quiet }: { readonly quiet: boolean }): Narrator {
  const live = stepsAreLive();
  return {
    async step(title, work) {
      let result: { readonly value: Awaited<ReturnType<typeof work>> } | undefined;
      const task = async (line: { title: string; output: string }) => {
        let last = "";
        const value = await work((text) => {
          last = text;
          // Off a terminal each would be a line of its own, many a second.
          if (live) line.output = text;
        });
        if (last !== "") line.title = `${title} · ${last}`;
        result = { value };
      };
      await runSteps([{ title, task }], { quiet, concurrent: false, exitOnError: true });
      if (result === undefined) throw new Error(`the step "${title}" ended without a result`);
      return result.value;
    },
  };
}
