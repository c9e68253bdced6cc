import type { Database } from "../../ports/database.ts";
import { countLeftEvents, type LeftEvents } from "./sql/left-events.ts";

/** What a relay that works leaves open for so long, something kept from it. */
const oldMs = 10_000;
/** Beyond it is not counted. */
const countedMax = 10_000;

/**
 * What was left by the relays before: events that were there long before this one began. It is said at
 * the beginning, and for as long as it lasts this relay is not ready: it is at work, and what comes now
 * waits behind them.
 */
export class Backlog {
  readonly #database: Database;
  readonly #log: (line: string) => void;
  #left: LeftEvents | undefined;

  constructor(database: Database, log: (line: string) => void) {
    this.#database = database;
    this.#log = log;
  }

  notReadyBecause(): string | undefined {
    return this.#left && `${textOf(this.#left)} were left before it began, and are being published`;
  }

  /** @param parts those that it has just taken over. */
  async notice(parts: readonly number[]): Promise<void> {
    const found = await this.#count(parts, Number.MAX_SAFE_INTEGER);
    if (found.count === 0) return;
    this.#log(`${textOf(found)} were left by whoever was here before: they are published now`);
    this.#left = { ...found, lastId: Math.max(found.lastId, this.#left?.lastId ?? 0) };
  }

  /** @param parts all of its own: what others work now is theirs. */
  async lookAgain(parts: readonly number[]): Promise<void> {
    const before = this.#left;
    if (before === undefined || parts.length === 0) return;
    const { lastId } = before;
    const found = await this.#count(parts, lastId);
    // Parts with more of it were taken over meanwhile.
    if (this.#left !== before) return;
    if (found.count === 0) this.#log("what was left before it began is published");
    this.#left = found.count === 0 ? undefined : { ...found, lastId };
  }

  #count(parts: readonly number[], upToId: number): Promise<LeftEvents> {
    return countLeftEvents(this.#database, parts, oldMs, upToId, countedMax);
  }
}

function textOf({ count, oldestSeconds }: LeftEvents): string {
  const many = count > countedMax ? `more than ${countedMax}` : String(count);
  return `${many} events, the oldest ${Math.round(oldestSeconds)} s old,`;
}
