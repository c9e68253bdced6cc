import { strategyNames } from "../../ports/strategy-names.ts";
import { ofStrategy } from "./of-strategy.ts";
import { realShop } from "./real-shop.ts";
import type { SoundSystem } from "./sound-system.ts";

/**
 * Every strategy of the reservation but the one that is wrong on purpose, the shop, and what the faults
 * are variants of, with nothing done otherwise.
 */
export const soundSystems: readonly SoundSystem[] = [
  {
    of: "pipeline",
    name: "small-consumer",
    explanation: "the small consumer whose variants are the faults, with nothing done otherwise",
    consume: (world) => world.consume(),
  },
  ...strategyNames.filter((name) => name !== "naive").map(ofStrategy),
  {
    of: "shop",
    name: "small-shop",
    explanation: "the shop with the small relay and the small counter, with nothing done otherwise",
    async settle(world, signal) {
      await world.relay();
      await world.reserve(signal);
      await world.count();
    },
  },
  realShop,
];
