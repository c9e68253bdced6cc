/** What became of a run's orders, by what their sender learnt and what the database says. */
export interface RunCounts {
  sent: number;
  accepted: number;
  failed: number;
  unknown: number;
  dropped: number;
  /** Of all orders sent, whatever their sender learnt. */
  reserved: number;
  rejected: number;
  deadLettered: number;
}

/** Before the first trace. */
export function noCounts(): RunCounts {
  return {
    sent: 0,
    accepted: 0,
    failed: 0,
    unknown: 0,
    dropped: 0,
    reserved: 0,
    rejected: 0,
    deadLettered: 0,
  };
}
