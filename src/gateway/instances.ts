/** One process of an upstream. */
export interface Instance {
  readonly origin: string;
  /** A path before its own, without a slash at the end; "" mostly. */
  readonly prefix: string;
  /** Why it takes nothing; undefined: it is ready. */
  notReadyBecause: string | undefined;
}

/** The processes of one upstream: each request goes to the next that is ready. */
export class Instances {
  readonly all: readonly Instance[];
  #next = 0;

  /** @param urls one or more. */
  constructor(urls: readonly string[]) {
    this.all = urls.map((url) => {
      const { origin, pathname } = new URL(url);
      const notReadyBecause = "it has not been asked yet";
      return { origin, prefix: pathname.replace(/\/$/, ""), notReadyBecause };
    });
  }

  /**
   * The next one that is ready; where none is, the next one all the same: what is known may be old.
   * @param tried by this request.
   * @returns undefined when it has tried all.
   */
  next(tried: ReadonlySet<Instance>): Instance | undefined {
    let fallback: number | undefined;
    for (let i = 0; i < this.all.length; i += 1) {
      const at = (this.#next + i) % this.all.length;
      const instance = this.all[at] as Instance;
      if (tried.has(instance)) continue;
      if (instance.notReadyBecause === undefined) return this.#take(at);
      fallback ??= at;
    }
    return fallback === undefined ? undefined : this.#take(fallback);
  }

  /** While one is, the upstream is. */
  notReadyBecause(): string | undefined {
    const [first] = this.all;
    if (this.all.some((each) => each.notReadyBecause === undefined)) return undefined;
    return this.all.length === 1
      ? first?.notReadyBecause
      : `none of ${this.all.length} is; the first: ${first?.notReadyBecause}`;
  }

  #take(at: number): Instance {
    this.#next = (at + 1) % this.all.length;
    return this.all[at] as Instance;
  }
}
