import type { Program } from "../lifecycle/processes/own-program.ts";
import type { ResolvedSettings } from "../settings/resolved-settings.ts";
import type { Engine } from "./engines/engine.ts";

export interface BringUpOptions {
  readonly stack: string;
  readonly engine: Engine;
  /** Why this engine: one sentence, kept for `status`. */
  readonly why: string;
  readonly settings: ResolvedSettings;
  /** undefined: as many as there are, else one. */
  readonly scale: { readonly api?: number | undefined; readonly consumer?: number | undefined };
  /** Kafka, PostgreSQL, topics and tables only; API and consumers are left as they are. */
  readonly onlyInfra: boolean;
  /** 0: a free one; undefined: as before, else the default. */
  readonly ports: {
    readonly api?: number | undefined;
    readonly kafka?: number | undefined;
    readonly postgres?: number | undefined;
  };
  /** External engine: migrate a schema that is not empty, too. */
  readonly migrate: boolean;
  /** Lets the strategy `naive` run on this stack's database. */
  readonly allowNaive: boolean;
  /** Whether PostgreSQL logs every statement; undefined: as it is. Not on the external engine. */
  readonly logStatements?: boolean | undefined;
  /** From the services' start to everything ready; downloads have a limit of their own. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** How the API and the consumers are run; `orders api` and `orders consume` unless a test says otherwise. */
  readonly program?: (args: readonly string[]) => Program;
}
