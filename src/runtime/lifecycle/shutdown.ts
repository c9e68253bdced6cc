/** One way to stop for every command that runs for a while. */
export interface Shutdown {
  /** Aborted at the first SIGINT or SIGTERM, or by `also`. */
  readonly signal: AbortSignal;
  /** Which signal it was. */
  readonly received: "SIGINT" | "SIGTERM" | undefined;
  /** 130 or 143 once a signal came, else 0. Services that stopped cleanly on request exit 0 instead. */
  readonly exitCode: number;
  /** Stops listening. Call it when the work is done. */
  dispose(): void;
}

const exitCodeOfSignal = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * The first signal aborts `signal` and says at once what happens now; the second ends the process.
 * @param say writes one line for a person (stderr).
 * @param doing what the first signal leads to, e.g. "finishing the batch in hand".
 * @param also aborts `signal` as well, without a word: nobody reads any more (output/guarded-streams).
 */
export function listenForShutdown(
  say: (line: string) => void,
  doing: string,
  also?: AbortSignal,
): Shutdown {
  const controller = new AbortController();
  let received: Shutdown["received"];
  const onSignal = (signal: "SIGINT" | "SIGTERM") => {
    if (received !== undefined) process.exit(exitCodeOfSignal[signal]);
    received = signal;
    say(`${signal}: ${doing}; once more to stop at once`);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const onAlso = () => controller.abort();
  also?.addEventListener("abort", onAlso);
  if (also?.aborted) onAlso();
  return {
    signal: controller.signal,
    get received() {
      return received;
    },
    get exitCode() {
      return received === undefined ? 0 : exitCodeOfSignal[received];
    },
    dispose() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      also?.removeEventListener("abort", onAlso);
    },
  };
}
