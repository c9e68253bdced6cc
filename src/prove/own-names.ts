import { randomBytes } from "node:crypto";

/** Names that nobody else has, on services that may be shared: databases, topics and groups of one run. */
export function ownNames(): (what: string) => string {
  const run = `orders_prove_${randomBytes(4).toString("hex")}`;
  let made = 0;
  return (what) => `${run}_${what}_${++made}`;
}
