import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Before a clock starts: making the works leaves much behind, and collecting it must not fall into
 * the measurement that happens to come next.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose_gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
