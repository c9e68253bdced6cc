/** Set in the processes that are instances, so that they do not start more of their own. */
export const instanceVariable = "ORDERS_INSTANCE";

/** The number of this process among the instances, from 1; undefined in a process of its own. */
export function instanceNumber(): number | undefined {
  const value = process.env[instanceVariable];
  return value === undefined ? undefined : Number(value);
}

/**
 * In an instance: ends it as SIGTERM would when the process that started it is gone, even by kill
 * -9: nobody would wait for it, or could stop it.
 */
export function endWithParent(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
}

/** In an instance: hands its result to the process that started it. */
export function reportResult(result: unknown): void {
  process.send?.({ result });
}
