import { Failure } from "../failure/failure.ts";

const instancesMax = 64;

/** Pure: `--scale consumer=3 --scale api=2`. */
export function parseScale(values: readonly string[]): {
  readonly api?: number;
  readonly consumer?: number;
} {
  const scale: { api?: number; consumer?: number } = {};
  for (const value of values) {
    const [, service, count] = /^(api|consumer)=(\d{1,4})$/.exec(value) ?? [];
    if (service === undefined || Number(count) > instancesMax) {
      throw new Failure("usage", {
        what: `--scale ${value} is not understood`,
        remedy: `write consumer=N or api=N, N from 0 to ${instancesMax}`,
      });
    }
    scale[service as "api" | "consumer"] = Number(count);
  }
  return scale;
}
