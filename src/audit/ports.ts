import type { Database } from "../ports/database.ts";
import type { PartitionRange } from "../ports/log.ts";
import type { Mapping } from "./mapping/mapping.ts";
import type { LoggedOrder } from "./row-origins.ts";

/** What an audit sees of Kafka. Implemented in wiring/. */
export interface LogReader {
  readonly topic: string;
  readonly group: string;
  /** Where every partition of the topic begins and ends now. */
  ranges(): Promise<readonly PartitionRange[]>;
  groupState(): Promise<GroupState>;
  /**
   * The committed messages of these stretches (from `low` to before `high`), some at a time. Ends
   * early, with fewer, where an open transaction keeps the rest from being read.
   */
  messages(spans: readonly PartitionRange[]): AsyncIterable<readonly LoggedOrder[]>;
}

/** What an audit sees of the topic of events. Implemented in wiring/. */
export interface EventLog {
  readonly topic: string;
  /** Where every partition of the topic begins and ends now. */
  ranges(): Promise<readonly PartitionRange[]>;
  /** As LogReader.messages. */
  messages(spans: readonly PartitionRange[]): AsyncIterable<readonly EventMessage[]>;
}

export interface EventMessage {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly value: Buffer | null;
}

/** A consumer group on one topic. */
export interface GroupState {
  /** Members that have partitions of the topic, or are waiting for them. */
  readonly members: number;
  /** Next offset by partition, as committed to Kafka; no entry where nothing was committed. */
  readonly next: ReadonlyMap<number, number>;
}

/** Where the evidence of an audit of the shop comes from. */
export interface ShopSources {
  readonly database: Database;
  readonly events: EventLog;
}

/** Where the evidence comes from. */
export interface AuditSources {
  readonly database: Database;
  readonly log: LogReader;
  /** Where a foreign system has it; undefined: as this project has it. */
  readonly mapping?: Mapping | undefined;
}
