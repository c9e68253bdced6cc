import { Failure } from "../../../failure/failure.ts";

/**
 * `200,201,2xx`: which statuses mean that an order was accepted.
 * @throws Failure("usage")
 */
export function parseAccepted(text: string): (status: number) => boolean {
  const statuses = new Set<number>();
  for (const part of text.split(",").map((each) => each.trim().toLowerCase())) {
    const [, hundreds, exact] = /^(?:([1-5])xx|([1-5]\d\d))$/.exec(part) ?? [];
    if (exact !== undefined) statuses.add(Number(exact));
    else if (hundreds !== undefined)
      for (let n = 0; n < 100; n++) statuses.add(Number(hundreds) * 100 + n);
    else throw notStatuses(text);
  }
  return (status) => statuses.has(status);
}

function notStatuses(text: string): Failure {
  return new Failure("usage", {
    what: `--accept "${text}" is no list of HTTP statuses`,
    remedy: "write e.g. --accept 200,201 or --accept 2xx",
  });
}
