import type { EvidencePresent } from "./database-evidence.ts";
import type { OrderIdType } from "./mapping/id-type.ts";
import type { MappedRelations } from "./mapping/relations.ts";

/** What a database can testify, and where it has it. */
export interface AuditedSchema {
  readonly present: EvidencePresent;
  readonly orderIdType: OrderIdType;
  /** Whether order rows say which message they came from. */
  readonly sources: boolean;
  /** Whether dead letters that were produced again are recorded. */
  readonly replays: boolean;
  /** Where it all is in a foreign system; undefined: in `orders` and `inventory`, under these names. */
  readonly mapped: MappedRelations | undefined;
}
