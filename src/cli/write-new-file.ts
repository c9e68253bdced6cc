import { rmSync, writeFileSync } from "node:fs";
import { Failure } from "../failure/failure.ts";
import { cannotWrite } from "../failure/write-trouble.ts";

/**
 * Writes a file that is not there yet: what a person may have edited is never replaced.
 * @throws Failure("usage") where there is one; Failure("output") where it cannot be written.
 */
export function writeNewFile(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") {
      throw new Failure("usage", {
        what: `${path} exists already`,
        remedy: "name another path, or remove it",
      });
    }
    // Half of it would be taken for the whole.
    rmSync(path, { force: true });
    throw cannotWrite(path, cause, "nothing was kept of it");
  }
}
