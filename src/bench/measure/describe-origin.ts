import { existsSync } from "node:fs";
import { availableParallelism, hostname, loadavg } from "node:os";
import type { Origin } from "../../report/origin.ts";
import { gitRevision } from "../../runtime/machine/git-revision.ts";
import { commandText } from "../../runtime/settings/command-text.ts";
import { programVersion } from "../../runtime/settings/program-version.ts";
import { shippedFile } from "../../runtime/settings/shipped-file.ts";

/** To be asked before the bench itself loads the machine. */
export function describeOrigin(args: readonly string[]): Origin {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    version: programVersion(),
    commit: commitOfCheckout(),
    command: commandText(args),
    host: hostname(),
    cores: availableParallelism(),
    loadAverage: [one, five, fifteen],
    beganAt: new Date(),
  };
}

/** Only of our own checkout: an installed package lies inside somebody else's. */
function commitOfCheckout(): string | undefined {
  return existsSync(shippedFile(".git")) ? gitRevision(shippedFile(".")) : undefined;
}
