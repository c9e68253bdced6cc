/** Points between the steps of reading, where tests let a process die, hang or fail. */
export type LoopPoint =
  | "assigned"
  | "assigned-idle"
  | "offsets-read"
  | "sought"
  | "resumed"
  | "fetched"
  | "queued"
  | "claimed"
  | "noted"
  | "before-offset-commit"
  | "after-offset-commit"
  | "stopping"
  | "stopped-idle"
  | "stopped-committed"
  | "left";

/** Called at each point; returns at once unless somebody set this one. */
export type LoopReach = (point: LoopPoint) => void;
