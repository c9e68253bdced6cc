import { Failure } from "../failure/failure.ts";
import { type ConsumerOptions, runConsumer } from "../reservation/wiring/run-consumer.ts";

const withinMs = 120_000;
/** Should it hang, which it must not. */
const roundWithinMs = 180_000;

/**
 * The reservation, as `orders consume --until-caught-up` runs it. One that does not come to its end in
 * time is left to the audit, which says what is open.
 * @throws what runConsumer throws besides.
 */
export async function consumeAll(
  options: Pick<ConsumerOptions, "settings" | "followShop">,
  signal: AbortSignal,
): Promise<void> {
  try {
    await runConsumer({
      ...options,
      ...{ from: "earliest", acceptLoss: false, untilCaughtUp: true, timeoutMs: withinMs },
      ...{ statsIntervalMs: withinMs, health: undefined, print: () => {}, log: () => {} },
      signal: AbortSignal.any([signal, AbortSignal.timeout(roundWithinMs)]),
    });
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "inconclusive") throw error;
  }
}
