import { createInterface } from "node:readline";
import { Failure } from "../failure/failure.ts";
import { shown } from "../report/terminal.ts";

/** What is about to go for good, in words and counts. */
export interface Loss {
  /** As typed: "down --volumes". */
  readonly command: string;
  /** A sentence without a full stop: "removes the stack ci with its data". */
  readonly what: string;
  /** One line for each kind of thing, with its count. */
  readonly items: readonly string[];
}

export interface Asking {
  /** --yes was given. */
  readonly yes: boolean;
  /** Whether somebody is there to be asked: both streams are terminals, and neither --json nor --quiet. */
  readonly canAsk: boolean;
  /** One line for a person. */
  note(text: string): void;
}

/**
 * Nothing that cannot be brought back goes without a word: on a terminal the question is asked, in a
 * script --yes is needed. What is about to go is shown in every case.
 * @throws Failure("usage") when nobody agreed; then nothing has been touched.
 */
export async function demandConsent(loss: Loss, { yes, canAsk, note }: Asking): Promise<void> {
  const items = loss.items.map(shown);
  if (!yes && !canAsk) {
    throw new Failure("usage", {
      what: `\`orders ${loss.command}\` ${loss.what}, and nobody agreed to that`,
      meaning: `this would go for good: ${items.join("; ")}`,
      remedy: "if that is meant, say so with --yes; nothing has been touched",
    });
  }
  note(`\`orders ${loss.command}\` ${loss.what}:`);
  for (const item of items) note(`  - ${item}`);
  if (yes || (await ask("Go on? [y/N] "))) return;
  throw new Failure("usage", {
    what: "not confirmed",
    meaning: "nothing has been touched",
    remedy: "answer y, or give --yes",
  });
}

/** The end of the input and Ctrl-C are a no. */
function ask(question: string): Promise<boolean> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    let agreed = false;
    lines.once("close", () => resolve(agreed));
    lines.once("SIGINT", () => {
      process.stderr.write("\n");
      lines.close();
    });
    lines.question(question, (answer) => {
      agreed = /^\s*y(es)?\s*$/i.test(answer);
      lines.close();
    });
  });
}
