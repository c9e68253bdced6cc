import type { LogState } from "../ports/log.ts";
import type { GroupReader } from "./group-reader.ts";
import type { LogHoles } from "./log-holes.ts";

export interface LogWatchOptions {
  readonly topic: string;
  readonly readLog: () => Promise<LogState>;
  readonly peekOffsets: () => Promise<ReadonlyMap<number, number>>;
  /** One line for a person. */
  readonly log: (line: string) => void;
  readonly holes: LogHoles;
}

const checkEveryMs = 5_000;
/** A batch that could not be decoded is fetched again after so many checks: damage may be mended. */
const checksBetweenLooks = 6;

/**
 * Notices what may change while nothing comes in: retention deletes what is not fetched yet, the
 * topic is deleted and made anew, the database falls back (a backup is restored, an asynchronous
 * standby takes over). Then the partitions concerned are taken over anew, and that decides.
 */
export class LogWatch {
  readonly #options: LogWatchOptions;
  readonly #reader: GroupReader;
  /** Of the topic whose offsets were taken over last; undefined without partitions, too. */
  #topicId: string | undefined;
  #trouble: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #checks = 0;

  constructor(options: LogWatchOptions, reader: GroupReader) {
    this.#options = options;
    this.#reader = reader;
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#keepChecking(), checkEveryMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Why the log cannot be looked at; undefined when it can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Offsets of this very log were taken over. */
  tookOver(log: LogState): void {
    this.#topicId = log.topicId;
    this.#trouble = undefined;
  }

  /** @returns true when all is as it was; else partitions are being taken over anew. */
  async check(): Promise<boolean> {
    const { peekOffsets, topic, log: say } = this.#options;
    const log = await this.#readLog();
    const decided = this.#reader.decidedOffsets();
    // Read after the positions: a stored offset below one that we know committed has fallen back.
    const stored = await peekOffsets().catch(() => undefined);
    if (this.#stopped || log === undefined || stored === undefined) return false;
    if (this.#topicId !== undefined && log.topicId !== this.#topicId) {
      say(`${topic} is another topic than before: taking its partitions over anew`);
      this.#reader.takeOverAnew();
      return false;
    }
    const fallenBack = decided.filter(
      ({ partition, offset }) => (stored.get(partition) ?? -1) < Number(offset),
    );
    for (const { partition, offset } of fallenBack) {
      say(
        `partition ${partition}: the database fell back from ${offset} to ${stored.get(partition) ?? "no offset"}; reading on from there`,
      );
      void this.#reader.reposition(partition);
    }
    this.#lookAgain(
      new Map(decided.map(({ partition, offset }) => [partition, Number(offset)])),
      stored,
    );
    return this.#reader.checkAgainst(log.ranges) && fallenBack.length === 0;
  }

  /** Partitions that stand: somebody may have buried what they stand at. */
  #lookAgain(decided: ReadonlyMap<number, number>, stored: ReadonlyMap<number, number>): void {
    const isTime = this.#checks++ % checksBetweenLooks === checksBetweenLooks - 1;
    for (const partition of this.#options.holes.standing.keys()) {
      const next = stored.get(partition) ?? 0;
      const moved = next > (decided.get(partition) ?? next);
      if (moved) this.#options.log(`partition ${partition}: going on at ${next}`);
      if (moved || isTime) void this.#reader.reposition(partition);
    }
  }

  async #readLog(): Promise<LogState | undefined> {
    try {
      const log = await this.#options.readLog();
      this.#trouble = undefined;
      return log;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#trouble = `the log of ${this.#options.topic} cannot be read: ${message}`;
      return undefined;
    }
  }

  async #keepChecking(): Promise<void> {
    await this.check();
    if (!this.#stopped) this.start();
  }
}
