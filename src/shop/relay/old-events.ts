import type { Database } from "../../ports/database.ts";
import { deleteSent } from "./sql/delete-sent.ts";

const stepRows = 5_000;
/** What was not to go when it was passed by (parked, or another relay's) is found then. */
const fromBeginningEveryMs = 60_000;

/** Lets rows go that were sent long enough ago, in bounded steps. */
export class OldEvents {
  readonly #database: Database;
  readonly #keepMs: number;
  #upTo = 0;
  #begunAtMs = Number.NEGATIVE_INFINITY;

  constructor(database: Database, keepMs: number) {
    this.#database = database;
    this.#keepMs = keepMs;
  }

  /** @param parts those of this relay. @returns whether there may be more to delete at once. */
  async deleteSome(parts: readonly number[]): Promise<boolean> {
    if (parts.length === 0) return false;
    if (performance.now() - this.#begunAtMs > fromBeginningEveryMs) {
      this.#begunAtMs = performance.now();
      this.#upTo = 0;
    }
    const step = await deleteSent(this.#database, parts, this.#keepMs, stepRows, this.#upTo);
    this.#upTo = step.upTo;
    return step.more;
  }
}
