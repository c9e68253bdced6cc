interface Round {
  messages: number;
  readonly isOver: Promise<void>;
  readonly end: () => void;
}

/**
 * How soon the next fetch follows one that brought little. Each fetch, and each transaction and request
 * that follows from it, costs all the partitions it touches, however few messages it has of them: under
 * a steady load they are gathered between fetches. What comes after a quiet moment is fetched at once,
 * and where a fetch brings much nothing waits.
 */
export class Pace {
  readonly #everyMs: number;
  readonly #enoughMessages: number;
  #round: Round | undefined;

  /** @param everyMs from what one fetch brings to the next. @param enoughMessages not little any more. */
  constructor(everyMs: number, enoughMessages: number) {
    this.#everyMs = everyMs;
    this.#enoughMessages = enoughMessages;
  }

  /**
   * To be called for what a fetch brings of each partition.
   * @returns when the next fetch may begin.
   */
  async took(messages: number): Promise<void> {
    this.#round ??= this.#begin();
    const round = this.#round;
    round.messages += messages;
    if (round.messages >= this.#enoughMessages) round.end();
    await round.isOver;
  }

  #begin(): Round {
    let resolve = () => {};
    const isOver = new Promise<void>((done) => {
      resolve = done;
    });
    const end = (): void => {
      clearTimeout(timer);
      resolve();
      // What a fetch brings is handed over within one turn: the rest of it belongs to this round.
      setImmediate(() => {
        if (this.#round === round) this.#round = undefined;
      });
    };
    const timer = setTimeout(end, this.#everyMs);
    const round: Round = { messages: 0, isOver, end };
    return round;
  }
}
