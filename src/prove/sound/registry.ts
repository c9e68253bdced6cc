import { strategyNames } from "../../ports/strategy-names.ts";
import { ofStrategy } from "./of-strategy.ts";
import type { SoundSystem } from "./sound-system.ts";

/** Every strategy of the reservation but the one that is wrong on purpose, and the small consumer. */
export const soundSystems: readonly SoundSystem[] = [
  {
    name: "small-consumer",
    explanation: "the small consumer whose variants are the faults, with nothing done otherwise",
    consume: (world) => world.consume(),
  },
  ...strategyNames.filter((name) => name !== "naive").map(ofStrategy),
];
