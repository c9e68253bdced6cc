import type { ShopWorld } from "../shop/shop-world.ts";
import type { World } from "../world.ts";

/** A system that is right: no check may fire at it. */
export type SoundSystem = SoundPipeline | SoundShop;

interface About {
  /** Words joined by hyphens. */
  readonly name: string;
  readonly explanation: string;
}

export interface SoundPipeline extends About {
  readonly of: "pipeline";
  consume(world: World, signal: AbortSignal): Promise<void>;
}

export interface SoundShop extends About {
  readonly of: "shop";
  /** From orders in the outbox to where nothing is under way any more. */
  settle(world: ShopWorld, signal: AbortSignal): Promise<void>;
}
