import { parseLoadRequest } from "../load/load-request.ts";
import { parseDuration } from "../ports/duration.ts";
import type { StackProfile } from "../runtime/stack/services/service.ts";
import { boundedLoad } from "./bounded-load.ts";
import type { VerifyOptions } from "./verify-pipeline.ts";

/** How much a verification loads, as a person asks for it: flags of `orders verify`. */
export interface VerificationText {
  readonly rate: string;
  readonly duration: string;
  readonly seed?: string | undefined;
  readonly "warm-up": string;
  readonly "drain-timeout": string;
  readonly profile?: StackProfile | undefined;
}

/** What happens to orders of the shop afterwards: enough of each for the audits to see. */
const changes = { payShare: "40%", cancelShare: "20%" };

const warmUpLimits = { minMs: 0, maxMs: 600_000 };
const drainLimits = { minMs: 1_000, maxMs: 3_600_000 };

/** The same, checked. @throws Failure("usage") */
export function parseVerification(
  text: VerificationText,
): Pick<VerifyOptions, "load" | "profile" | "warmUpMs" | "drainTimeoutMs"> {
  const { rate, duration, seed, profile, "warm-up": warmUp, "drain-timeout": drainTimeout } = text;
  const load = parseLoadRequest({
    ...{ rate, duration, seed, timeout: "15s" },
    ...{ customers: 10_000, quantity: "1-5", linesPerOrder: 1 },
    ...(profile === "shop" ? changes : {}),
  });
  return {
    profile,
    load: boundedLoad(load),
    warmUpMs: parseDuration(warmUp, "--warm-up", warmUpLimits),
    drainTimeoutMs: parseDuration(drainTimeout, "--drain-timeout", drainLimits),
  };
}
