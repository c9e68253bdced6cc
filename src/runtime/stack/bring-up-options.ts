import type { Program } from "../lifecycle/processes/own-program.ts";
import type { ResolvedSettings } from "../settings/resolved-settings.ts";
import type { Engine } from "./engines/engine.ts";
import type { Service, StackProfile } from "./services/service.ts";

export interface BringUpOptions {
  readonly stack: string;
  readonly engine: Engine;
  /** Why this engine: one sentence, kept for `status`. */
  readonly why: string;
  readonly settings: ResolvedSettings;
  /** What stacks may be made of; default: services/services.ts. */
  readonly services?: readonly Service[];
  /** undefined: a plain stack. */
  readonly profile?: StackProfile | undefined;
  /** Processes by service; undefined: as many as there are, else what the service says. */
  readonly scale: Readonly<Record<string, number | undefined>>;
  /** Kafka, PostgreSQL, topics and tables only; API and consumers are left as they are. */
  readonly onlyInfra: boolean;
  /** By service. 0: a free one; undefined: as before, else the default. */
  readonly ports: Readonly<Record<string, number | undefined>>;
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
