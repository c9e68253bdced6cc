/** What a process that shares its port asks the primary, and tells it. */
export type TellingMessage =
  /** What have all of them to tell? The answer bears the same number. */
  { readonly asksAll: number } | { readonly tells: unknown; readonly of: number };

/** What the primary asks a process, and answers. */
export type AskingMessage =
  | { readonly tell: number }
  | { readonly all: unknown; readonly of: number };

/** For a process that shares its port: what all of them have to tell, whichever of them is asked. */
export interface Together {
  /** @param own what this one has to tell, as JSON takes it. */
  tells(own: () => Promise<unknown>): void;
  /**
   * What all of them tell, put together; those that have died, and those that do not answer in time,
   * with what they told last.
   * @throws where the primary does not answer.
   */
  askAll(): Promise<unknown>;
}

const answerWithinMs = 1_000;

/** Of a process: its half. */
export class Teller implements Together {
  readonly #send: (message: TellingMessage) => void;
  readonly #asked = new Map<number, (all: unknown) => void>();
  #own: () => Promise<unknown> = () => Promise.resolve(undefined);
  #number = 0;

  constructor(send: (message: TellingMessage) => void) {
    this.#send = send;
  }

  tells(own: () => Promise<unknown>): void {
    this.#own = own;
  }

  askAll(): Promise<unknown> {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#asked.delete(number);
        reject(new Error("the process that started this one does not answer"));
      }, 2 * answerWithinMs);
      this.#asked.set(number, (all) => {
        clearTimeout(late);
        this.#asked.delete(number);
        resolve(all);
      });
      this.#send({ asksAll: number });
    });
  }

  onMessage(message: AskingMessage): void {
    if ("all" in message) this.#asked.get(message.of)?.(message.all);
    // Who cannot tell is taken for one that does not answer.
    if ("tell" in message)
      void this.#own().then(
        (tells) => this.#send({ tells, of: message.tell }),
        () => {},
      );
  }
}

interface Member {
  send(message: AskingMessage): void;
}

/** Of the primary: asks them all, and keeps what those have told that are gone. */
export class Census<M extends Member> {
  readonly #merge: (told: readonly unknown[]) => Promise<unknown>;
  readonly #last = new Map<M, unknown>();
  readonly #asked = new Map<number, (member: M) => void>();
  #gone: Promise<unknown> = Promise.resolve(undefined);
  #number = 0;

  /** @param merge puts together what several told; what comes of it is merged again. */
  constructor(merge: (told: readonly unknown[]) => Promise<unknown>) {
    this.#merge = merge;
  }

  add(member: M): void {
    this.#last.set(member, undefined);
  }

  /** Its counts go on to count: a sum that falls would look like a start anew. */
  remove(member: M): void {
    const last = this.#last.get(member);
    if (isTold(last))
      this.#gone = this.#gone.then((gone) => this.#merge([gone, last].filter(isTold)));
    this.#last.delete(member);
    for (const onTold of this.#asked.values()) onTold(member);
  }

  onMessage(message: TellingMessage, member: M): void {
    if ("asksAll" in message)
      void this.#askAll().then((all) => member.send({ all, of: message.asksAll }));
    if ("tells" in message && this.#last.has(member)) {
      this.#last.set(member, message.tells);
      this.#asked.get(message.of)?.(member);
    }
  }

  async #askAll(): Promise<unknown> {
    const number = ++this.#number;
    const open = new Set(this.#last.keys());
    if (open.size > 0) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, answerWithinMs);
        this.#asked.set(number, (member) => {
          open.delete(member);
          if (open.size > 0) return;
          clearTimeout(late);
          resolve();
        });
        for (const member of open) member.send({ tell: number });
      });
      this.#asked.delete(number);
    }
    return this.#merge([await this.#gone, ...this.#last.values()].filter(isTold));
  }
}

function isTold(told: unknown): boolean {
  return told !== undefined && told !== null;
}
