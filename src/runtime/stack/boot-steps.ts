/** How a boot tells what it does. Told by src/runtime, shown by src/report. */

export const bootSteps = ["kafka", "postgres", "topics", "database", "api", "consumer"] as const;
export type BootStep = (typeof bootSteps)[number];

/** `done` once per step at most; a step that does not apply is never mentioned. */
export type BootProgress = (step: BootStep, doing: string, done?: boolean) => void;
