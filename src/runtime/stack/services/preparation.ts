import type { Database } from "../../../ports/database.ts";
import type { createKafka } from "../../kafka/kafka-client.ts";
import type { Settings } from "../../settings/settings.ts";
import type { BootProgress } from "../boot-progress.ts";
import type { Wait } from "../wait-until.ts";
import type { Needs } from "./needs.ts";

/** What a service of the infrastructure is given to prove that it works. */
export interface Proof {
  /** Made by `up`, as against one that others use, too. */
  readonly own: boolean;
  readonly kafka: ReturnType<typeof createKafka>;
  /** Pointed at the engine's endpoints. */
  readonly settings: Settings;
  readonly wait: Wait;
  readonly progress: BootProgress;
}

/** What it is given to be made ready for the pipeline. */
export interface Preparation extends Proof {
  readonly directory: string;
  readonly database: Database;
  /** Of the services that will run, beside what the pipeline has. */
  readonly needs: Needs;
  /** Bring tables up to date even in a schema that is not empty. */
  readonly migrate: boolean;
  /** Whether PostgreSQL logs every statement; undefined: as it is. */
  readonly logStatements: boolean | undefined;
  /** Asks again and again. @throws Failure("environment") with the service's last log lines. */
  readonly untilItAnswers: (ask: () => Promise<void>) => Promise<void>;
}
