import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { HistoryFiles } from "../load/history-files.ts";
import type { LoadHooks } from "../load/load-options.ts";
import type { LoadRequest } from "../load/load-request.ts";
import type { TargetKind } from "../load/targets/target-kind.ts";
import { type ProducedLoad, produceLoad } from "../load/wiring/produce-load.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { stackDirectory } from "../runtime/stack/stack-paths.ts";

/** What a verification sent, in files below its stack's state: memory does not grow with it. */
export interface Ledger {
  readonly history: HistoryFiles;
  /** Below its stack's state; it goes when the work ends. */
  readonly directory: string;
  /**
   * Runs one load, and adds its history.
   * @throws the signal's reason; Failure("output") when the disk did not take the history.
   */
  load(
    request: LoadRequest,
    settings: Settings,
    hooks: LoadHooks & { readonly signal: AbortSignal },
  ): Promise<ProducedLoad & { readonly path: string }>;
}

/**
 * The files go when the work ends, however it ends.
 * @param target of every load.
 */
export async function withLedger<T>(
  stack: string,
  target: TargetKind,
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const directory = join(stackDirectory(stack), "ledger");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    return await work(openLedger(directory, target));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function openLedger(directory: string, target: TargetKind): Ledger {
  const history = new HistoryFiles();
  let loads = 0;
  return {
    history,
    directory,
    async load(request, settings, hooks) {
      const path = join(directory, `load-${++loads}.ndjson`);
      const produced = await produceLoad(
        request,
        { target, maxInFlight: 10_000, connectionsMax: 500, historyFile: path },
        settings,
        hooks,
      );
      hooks.signal.throwIfAborted();
      const { result } = produced;
      // Orders that are missing in it would look like orders that nobody asked for.
      if (result.historyError !== undefined) throw incomplete(result.historyError);
      history.add(path, result.counts);
      return { ...produced, path };
    },
  };
}

function incomplete(why: string): Failure {
  return new Failure("output", {
    what: why,
    meaning: "without every order that was sent nothing can be proved",
    remedy: "make room under $XDG_STATE_HOME, or lower --rate or --duration",
  });
}
