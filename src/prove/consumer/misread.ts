import { isVictim } from "../victim.ts";
import { type Asked, readAsked } from "./asked.ts";
import type { Ways } from "./ways.ts";

/** A consumer that reads other lines in the victim's message than stand there, and is right in all else. */
export function misreading(lines: (asked: Asked["lines"]) => Asked["lines"]): Pick<Ways, "read"> {
  return {
    read(message) {
      const asked = readAsked(message);
      return "why" in asked || !isVictim(asked) ? asked : { ...asked, lines: lines(asked.lines) };
    },
  };
}
