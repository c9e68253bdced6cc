import type { OutboxState } from "../postgres/tables/outbox-state.ts";

/** What is known of a stack: read by status.ts and list-stacks.ts, shown by show/. */

export type EngineName = "local" | "docker" | "external";

export type ServiceState =
  | "starting" // has a process, does not answer yet
  | "running"
  | "restarting" // died; is started again after a pause
  | "failed" // died too often; `reason` says how
  | "stopped";

/** Of a stack as a whole, by what is there of it. */
export type StackState =
  | "never_made"
  | "half_made" // a boot or an end of it was killed half-way
  | "booting" // `orders up` is at work
  | "up" // brought up; whether all of it works, `healthy` says
  | "died" // brought up, but nothing of it runs: a reboot, or everything was killed
  | "stopping" // `orders down` is at work
  | "stopped" // its data is kept
  | "logs_only"; // only logs are left, of a run that failed

export interface ProcessStatus {
  readonly name: string;
  readonly state: ServiceState;
  readonly pid: number | null;
  readonly port: number | null;
  readonly uptime_seconds: number | null;
  readonly restarts: number;
  /** null: not asked, since it is not running or has nothing to ask. */
  readonly ready: boolean | null;
  /** Why it is not running: how it ended, and its last log lines. */
  readonly reason: string | null;
}

/** What `orders status --json` and `orders up --json` print. No passwords. */
export interface StackStatus {
  readonly stack: string;
  readonly state: StackState;
  /** The command that is at work on it now. */
  readonly busy: { readonly doing: string; readonly pid: number } | null;
  /** Brought up and not taken down since. Whether all of it works, the rest says. */
  readonly up: boolean;
  /** Every process runs and is ready, and Kafka and PostgreSQL answer. */
  readonly healthy: boolean;
  readonly engine: EngineName | null;
  readonly why: string | null;
  /** How the stack's consumers keep concurrent reservations apart; null while it is not up. */
  readonly strategy: string | null;
  readonly supervisor: { readonly pid: number; readonly uptime_seconds: number } | null;
  readonly processes: readonly ProcessStatus[];
  readonly kafka: KafkaStatus | null;
  readonly database: DatabaseStatus | null;
  /** By service, of those that people reach. */
  readonly urls: Readonly<Record<string, readonly string[]>>;
}

export interface KafkaStatus {
  readonly brokers: string;
  /** Why nothing more is known. */
  readonly problem: string | null;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: number;
    /** That exist now. */
    readonly messages: number;
  }[];
  readonly group: {
    readonly group: string;
    /** classic, consumer (KIP-848), share, streams, other; null while Kafka knows no such group. */
    readonly type: string | null;
    readonly members: number;
    /** By Kafka's offsets of the group: what every Kafka tool shows. */
    readonly lag_total: number;
    /** By the stack's own database: log end less stored offset; null when not known for a partition. */
    readonly database_lag: number | null;
    readonly database_lag_at_least: number;
    /** Of it: messages that were deleted from the log before they were decided. */
    readonly database_lost: number;
    /** Why the database's lag is not known at all. */
    readonly database_unknown: string | null;
  } | null;
  /** Who else is in the group, offsets that do not fit, lost messages: one sentence each. */
  readonly warnings: readonly string[];
}

export interface DatabaseStatus {
  /** host:port/name. */
  readonly address: string;
  /** Why nothing more is known. */
  readonly problem: string | null;
  /** Tables that exist. Above a million rows the planner's estimate. */
  readonly rows: readonly {
    readonly table: string;
    readonly rows: number;
    readonly estimated: boolean;
  }[];
  /** Partitions of the orders' topic that stand at a batch which cannot be decoded. */
  readonly standing: readonly {
    readonly partition: number;
    readonly first_offset: number;
    readonly last_offset: number;
    readonly why: string;
    readonly detail: string;
    readonly found_at: string;
  }[];
  /** The topic they are of. */
  readonly topic: string;
  /** The shop's; null in a database without a shop. */
  readonly outbox: OutboxState | null;
}

/** A stack as `orders ls` lists it. */
export interface StackSummary {
  readonly stack: string;
  readonly state: StackState;
  readonly engine: EngineName | null;
  readonly processes: { readonly running: number; readonly all: number };
  /** By service: of every process of ours; null: not known, or not on this machine. */
  readonly ports: Readonly<Record<string, readonly number[] | number | null>>;
  /** On this machine's disk; null where Docker keeps the data. */
  readonly bytes: number | null;
  readonly made_at: string;
  /** Why it is here though nobody may want it; null for a stack as it should be. */
  readonly left_over: "half_made" | "verification" | "copied" | "logs" | "strange_name" | null;
  /** Removes it; null where orders would not. */
  readonly remove: string | null;
}
