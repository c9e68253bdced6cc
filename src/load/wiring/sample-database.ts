import { setTimeout as pause } from "node:timers/promises";
import { LatencyHistogram } from "../../report/latency-histogram.ts";
import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { Sampler } from "../sampling/sampler.ts";
import { readOneProduct } from "../sql/read-one-product.ts";
import { selectLockLoad } from "../sql/select-lock-load.ts";

/** Ten looks a second: under a hundredth of a core, and a second's waiting is seen to a tenth. */
const intervalMs = 100;

/**
 * How long a statement takes from here, and how much is waited for locks. A look that is answered
 * late is followed at once: what was missed meanwhile counts as seen at its end.
 * @throws Failure("environment") when the database cannot be used at the start.
 */
export async function sampleDatabase(settings: Settings): Promise<Sampler> {
  const database = openDatabase(settings, { applicationName: "orders produce", poolSize: 1 });
  const closing = new AbortController();
  const roundTrips = new LatencyHistogram();
  let looks = 0;
  let waitedMs = 0;
  let ended = 0;
  /** Transactions when last seen, and those of ours since then. */
  let counted: number;
  let own = 0;
  let lookedAtMs = performance.now();

  async function look(): Promise<void> {
    const beganMs = performance.now();
    await readOneProduct(database);
    roundTrips.record(performance.now() - beganMs);
    const { waiting, transactions } = await selectLockLoad(database);
    const nowMs = performance.now();
    waitedMs += waiting * (nowMs - lookedAtMs);
    lookedAtMs = nowMs;
    own += 2;
    looks++;
    // The server adds them up about once a second; a count that fell was reset.
    if (transactions > counted) {
      ended += Math.max(0, transactions - counted - own);
      own = 0;
    }
    if (transactions !== counted) counted = transactions;
  }

  try {
    counted = (await selectLockLoad(database)).transactions;
    await readOneProduct(database);
  } catch (error) {
    roundTrips.release();
    await database.close();
    throw explainDatabaseError(error, settings.databaseUrl);
  }
  const sampling = (async () => {
    while (!closing.signal.aborted) {
      // Away just now: there is no sample of this time, and the judge says so.
      await look().catch(() => {});
      await pause(intervalMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  })();
  return {
    take() {
      if (looks === 0) return { gauges: {} };
      const gauges = { lock_wait_ms: waitedMs, transactions: ended };
      const found = { gauges, database: roundTrips.encoded() };
      roundTrips.reset();
      looks = waitedMs = ended = 0;
      return found;
    },
    async close() {
      closing.abort();
      await sampling;
      roundTrips.release();
      await database.close();
    },
  };
}
