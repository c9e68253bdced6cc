/** Points between the steps of reading, where tests let a process die, hang or fail. */
export const loopPoints = [
  "assigned",
  "assigned-idle",
  "offsets-read",
  "sought",
  "resumed",
  "fetched",
  "queued",
  "claimed",
  "noted",
  "before-offset-commit",
  "after-offset-commit",
  "stopping",
  "stopped-idle",
  "stopped-committed",
  "left",
] as const;
export type LoopPoint = (typeof loopPoints)[number];

/** Called at each point; returns at once unless somebody set this one. */
export type LoopReach = (point: LoopPoint) => void;
