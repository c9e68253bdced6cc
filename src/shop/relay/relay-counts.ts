export interface RelayCounts {
  /** Acknowledged by Kafka and marked. */
  published: number;
  /** Sent by a relay before that died ahead of its mark: found in the log, and marked. */
  found: number;
  /** Acknowledged, but somebody else had marked them: a second copy may be in the log. */
  duplicates: number;
  refused: number;
  parked: number;
}
