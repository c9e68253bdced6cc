/** What was found since it was last asked for, as a slice takes it. */
export interface Sample {
  readonly gauges: Readonly<Record<string, number>>;
  /** Round trips to the database, as an encoded histogram. */
  readonly database?: string | undefined;
}

/** Watches, while a load runs, what the load itself does not see. */
export interface Sampler {
  /** Never waits: what was found by now. Nothing new, or no answer: empty, so that nothing stale is kept. */
  readonly take: () => Sample;
  close(): Promise<void>;
}

/** @returns one that finds nothing until it is open, and for ever where it cannot be opened. */
export function onceOpen(opening: Promise<Sampler>): Sampler {
  let open: Sampler | undefined;
  const settled = opening.then(
    (opened) => {
      open = opened;
    },
    () => {},
  );
  return {
    take: () => open?.take() ?? { gauges: {} },
    async close() {
      await settled;
      await open?.close();
    },
  };
}

/** @returns several as one, asked and closed together. */
export function together(samplers: readonly Sampler[]): Sampler {
  return {
    take() {
      const taken = samplers.map((each) => each.take());
      return {
        gauges: Object.assign({}, ...taken.map(({ gauges }) => gauges)),
        database: taken.find(({ database }) => database !== undefined)?.database,
      };
    },
    async close() {
      await Promise.all(samplers.map((each) => each.close()));
    },
  };
}
