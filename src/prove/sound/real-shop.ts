import { setTimeout as pause } from "node:timers/promises";
import { runAnalytics } from "../../analytics/wiring/run-analytics.ts";
import { createRelay } from "../../shop/wiring/run-relay.ts";
import { openEvents } from "../sql/open-events.ts";
import type { SoundShop } from "./sound-system.ts";

const withinMs = 60_000;
const dayMs = 86_400_000;

/** `orders relay`, `orders consume --follow-shop` and `orders analytics`. */
export const realShop: SoundShop = {
  of: "shop",
  name: "shop",
  explanation: "orders relay, orders consume --follow-shop and orders analytics",
  async settle(world, signal) {
    const { settings, database } = world;
    const relay = createRelay({
      ...{ settings, keepSentMs: dayMs, placeOrders: true, health: undefined, log: () => {} },
    });
    await relay.start();
    try {
      const untilMs = performance.now() + withinMs;
      while ((await openEvents(database)).length > 0 && performance.now() < untilMs)
        await pause(20, undefined, { signal });
    } finally {
      await relay.stop(5_000);
    }
    await world.reserve(signal);
    await runAnalytics({
      settings,
      ...{ acceptLoss: false, untilCaughtUp: true, timeoutMs: withinMs, keepIdsMs: dayMs },
      ...{ keepDetailsMs: 90 * dayMs, lowPercent: 10, statsIntervalMs: withinMs },
      ...{ health: undefined, print: () => {}, log: () => {} },
      signal: AbortSignal.any([signal, AbortSignal.timeout(2 * withinMs)]),
    });
  },
};
