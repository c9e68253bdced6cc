import * as Flags from "@oclif/core/flags";
import { parseDuration } from "../ports/duration.ts";
import { type HealthFlags, healthAddress } from "./health-flags.ts";
import { instancesFlag } from "./instances-flag.ts";

/** Of services that read a topic as a consumer group. */
export const memberInstancesFlag = instancesFlag("processes, each a member of the group");

export const statsIntervalFlag = Flags.string({
  summary: "time between two lines of statistics",
  default: "10s",
  helpValue: "TIME",
});

/** @param done what becomes of a message: "decided". */
export function catchUpFlags(done: string) {
  return {
    "until-caught-up": Flags.boolean({
      summary: `end when all that is in the topic now is ${done}`,
    }),
    timeout: Flags.string({
      summary: "with --until-caught-up: end with exit code 3 after this long, saying what is left",
      dependsOn: ["until-caught-up"],
      helpValue: "TIME",
    }),
    "accept-loss": Flags.boolean({
      summary: `go on although the log no longer has what was not ${done} yet`,
    }),
  };
}

/** As parsed. */
interface ReadingFlags extends HealthFlags {
  readonly "until-caught-up": boolean;
  readonly timeout?: string | undefined;
  readonly "accept-loss": boolean;
  readonly "stats-interval": string;
}

/** What the flags ask for. @throws Failure("usage") for a time that is none. */
export function readingOptions(flags: ReadingFlags) {
  const timeout = flags.timeout;
  const limits = { minMs: 100, maxMs: 3_600_000 };
  return {
    acceptLoss: flags["accept-loss"],
    untilCaughtUp: flags["until-caught-up"],
    ...(timeout === undefined
      ? {}
      : { timeoutMs: parseDuration(timeout, "--timeout", { ...limits, maxMs: 86_400_000 }) }),
    statsIntervalMs: parseDuration(flags["stats-interval"], "--stats-interval", limits),
    health: healthAddress(flags),
  };
}
