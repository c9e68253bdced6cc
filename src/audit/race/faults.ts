/** What happens to the race's own consumers while a round's orders are placed. */
export interface RaceFault {
  /** As --during names it. */
  readonly name: string;
  /** One sentence. */
  readonly explanation: string;
  /**
   * Begins it, and returns when it has taken effect.
   * @returns what ends it. @throws the system's error where it cannot begin: a fault that did not
   *   happen proves nothing.
   */
  begin(on: FaultTarget): Promise<() => Promise<void>>;
}

export interface FaultTarget {
  /** Of the race's own consumers that run now. */
  readonly pids: readonly number[];
}

/** A process that stands still holds its locks and its partitions, and wakes up believing that it has them. */
const pauseConsumer: RaceFault = {
  name: "pause-consumer",
  explanation: "One of the race's own consumers is stopped (SIGSTOP) while the orders are placed.",
  async begin({ pids }) {
    const [pid] = pids;
    if (pid === undefined) throw new Error("there is no consumer of the race's own to pause");
    process.kill(pid, "SIGSTOP");
    return async () => {
      process.kill(pid, "SIGCONT");
    };
  },
};

/** Every fault that a race knows: one is a line here. */
export const raceFaults: readonly RaceFault[] = [pauseConsumer];
