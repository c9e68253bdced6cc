/** classic: consumers as they were before KIP-848; other: a group of no consumers (Connect's workers). */
export type GroupType = "classic" | "consumer" | "share" | "streams" | "other";

export interface GroupMember {
  readonly memberId: string;
  readonly clientId: string;
  readonly host: string;
  /** Partitions by topic, in order. */
  readonly assigned: Readonly<Record<string, readonly number[]>>;
  /** What the member announced to its group; undefined where Kafka does not pass it on. */
  readonly userData: Buffer | undefined;
}

export interface GroupDescription {
  readonly type: GroupType;
  /** Kafka's word: Stable, Empty, PreparingRebalance, Assigning … */
  readonly state: string;
  /** How partitions are assigned; empty without members, and where nobody says. */
  readonly assignor: string;
  readonly members: readonly GroupMember[];
}
