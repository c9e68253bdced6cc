import type { World } from "../world.ts";

/** A system that is right: no check may fire at it. */
export interface SoundSystem {
  /** Words joined by hyphens. */
  readonly name: string;
  readonly explanation: string;
  consume(world: World, signal: AbortSignal): Promise<void>;
}
