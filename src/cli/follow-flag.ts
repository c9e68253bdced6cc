import * as Flags from "@oclif/core/flags";
import { Failure } from "../failure/failure.ts";

export function followFlag(summary: string) {
  return Flags.boolean({ char: "f", summary, default: false });
}

/** @throws Failure("usage") where a result at the end is asked of what has no end. */
export function demandEnd(follow: boolean, asJson: boolean): void {
  if (!follow || !asJson) return;
  throw new Failure("usage", {
    what: "--follow has no end, --json prints one result at the end",
    remedy: "use one of them",
  });
}
