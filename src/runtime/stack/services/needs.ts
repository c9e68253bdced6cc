import type { TopicSpec } from "../../kafka/topics.ts";
import type { MigrationSet } from "../../postgres/migrate.ts";

/** What services want to find in Kafka and in the database, beside what the pipeline has. */
export interface Needs {
  readonly topics: readonly TopicSpec[];
  readonly tables: readonly TableSet[];
}

/** Tables of their own, in the schema of this name. */
export type TableSet = Exclude<MigrationSet, "migrations">;
