import type { Undecodability } from "../../ports/log.ts";

/** Nobody can read the records of a batch: poison below the message level. */
export class Undecodable extends Error {
  readonly why: Undecodability;

  constructor(why: Undecodability, detail: string) {
    super(detail);
    this.why = why;
  }
}
