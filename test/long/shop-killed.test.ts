import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { verifyShop } from "./shop-under-verification.ts";

const services = ["gateway-1", "shop-1", "relay-1", "consumer-1", "analytics-1", "api-1"] as const;
const killsOfEach = 10;
/** The supervisor gives up a service that dies five times in a minute; here each dies twice. */
const killEveryMs = 5_000;

it("is consistent after each service was killed ten times under load", async () => {
  const verified = verifyShop(80, 400);
  for (const service of services) await verified.atWork(service);
  for (let kills = 0; kills < killsOfEach; kills++)
    for (const service of services) {
      const [{ pid }] = await Promise.all([verified.atWork(service), pause(killEveryMs)]);
      process.kill(pid, "SIGKILL");
    }
  const { processes } = await verified.status();
  // The last one's may not be noted yet.
  for (const service of services)
    expect(processes.find(({ name }) => name === service)?.restarts, service).toBeGreaterThan(
      killsOfEach - 2,
    );
  const { load } = await verified.consistent();
  console.info(load.sentence, JSON.stringify([load.answers, load.changes]));
}, 900_000);
