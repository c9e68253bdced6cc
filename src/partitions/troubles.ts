import { troubleText } from "./failure-policy.ts";

/**
 * What keeps transactions from coming about right now. Each worker has its own trouble: while some
 * get a connection and others none, those that work must not hide that the others wait. One line is
 * logged for each kind, and one when the last is over.
 */
export class Troubles {
  readonly #log: (line: string) => void;
  readonly #open = new Map<unknown, string>();
  readonly #told = new Set<string>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** @param of what is in trouble; @param error undefined when it is not any more. */
  note(of: unknown, error: Error | undefined): void {
    if (error !== undefined) {
      const text = troubleText(error);
      this.#open.set(of, text);
      if (this.#told.has(text)) return;
      this.#told.add(text);
      this.#log(`waiting: ${text}; trying again`);
      return;
    }
    if (!this.#open.delete(of) || this.#open.size > 0) return;
    this.#told.clear();
    this.#log("going on");
  }

  /** Why not everything is decided that could be; undefined when nothing waits. */
  get current(): string | undefined {
    return this.#open.values().next().value;
  }
}
