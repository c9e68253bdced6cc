/** Where, when and by what a bench was run: what its figures are worth nothing without. */
export interface Origin {
  readonly version: string;
  /** With `-dirty` where files were changed since; undefined: no checkout. */
  readonly commit: string | undefined;
  /** As it can be pasted, without secrets. */
  readonly command: string;
  readonly host: string;
  readonly cores: number;
  /** Of 1, 5 and 15 minutes, before the bench did anything; zeros where the system has none. */
  readonly loadAverage: readonly [number, number, number];
  readonly beganAt: Date;
}

/** Pure: a warning where others were at work on this machine before the bench was. */
export function busyText({ cores, loadAverage }: Origin): string | undefined {
  const [lastMinute] = loadAverage;
  if (lastMinute <= cores) return undefined;
  return `The machine was busy: load average ${lastMinute.toFixed(1)} on ${cores} ${cores === 1 ? "core" : "cores"} before the bench began. The figures are worse than this machine can do; run it again when it is idle.`;
}
