/** Where transactions wait for each other, so that what luck would have to bring happens for certain. */
export class Meeting {
  readonly #parties: number;
  readonly #withinMs: number;
  #here = 0;
  #open: () => void = () => {};
  readonly #opened: Promise<void>;

  constructor(parties: number, withinMs = 30_000) {
    this.#parties = parties;
    this.#withinMs = withinMs;
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** Resolves when all are here. @throws when they do not come: then the fault did not happen. */
  async arrive(): Promise<void> {
    this.#here += 1;
    if (this.#here === this.#parties) this.#open();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.#here} of ${this.#parties} transactions met`)),
        this.#withinMs,
      );
    });
    await Promise.race([this.#opened, late]).finally(() => clearTimeout(timer));
  }
}
