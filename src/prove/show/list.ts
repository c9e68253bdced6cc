import { painter, type Terminal, wrapped } from "../../report/terminal.ts";
import type { Chosen } from "../choose.ts";
import type { Alarm } from "../fault.ts";

/** What could be run, under --json. */
export interface ProofListJson {
  readonly faults: readonly {
    readonly name: string;
    readonly explanation: string;
    readonly fires: readonly Alarm[];
  }[];
  readonly sound: readonly { readonly name: string; readonly explanation: string }[];
}

export function listJson({ faults, sound }: Chosen): ProofListJson {
  return {
    faults: faults.map(({ name, explanation, fires }) => ({ name, explanation, fires })),
    sound: sound.map(({ name, explanation }) => ({ name, explanation })),
  };
}

/** Each fault with what it does and the checks that must fire, and why. */
export function listText({ faults, sound }: Chosen, terminal: Terminal): string {
  const paint = painter(terminal);
  const indented = (text: string, by: number) =>
    wrapped(text, terminal.width - by).map((line) => " ".repeat(by) + line);
  return [
    ...faults.flatMap(({ name, explanation, fires }) => [
      paint(name, "bold"),
      ...indented(explanation, 2),
      ...fires.flatMap(({ check, because }) => indented(`${check}: ${because}`, 4)),
    ]),
    "",
    paint("Sound systems", "bold"),
    ...sound.flatMap(({ name, explanation }) => indented(`${name}: ${explanation}`, 2)),
  ].join("\n");
}
