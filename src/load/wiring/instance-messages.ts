import type { ToldFailure } from "../../runtime/lifecycle/processes/told-failure.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { LoadProgress } from "../load-options.ts";
import type { LoadRequestText } from "../load-request.ts";
import type { Moment } from "../machine-clock.ts";
import type { LoadResult } from "../run-load.ts";
import type { Part } from "../schedule/part-of.ts";
import type { Slice } from "../slice.ts";
import type { TargetText } from "../targets/choose-target.ts";

/** A load in a form that travels: parsed again, it is the same in each process. */
export interface LoadText {
  /** With seed and run id. */
  readonly request: LoadRequestText;
  readonly target: TargetText;
}

/** What an instance is told first. By message, not argv or environment: it may hold secrets. */
export interface InstanceOrders {
  readonly text: LoadText;
  readonly part: Part;
  readonly maxInFlight: number;
  readonly connectionsMax: number;
  readonly historyFile: string | undefined;
  readonly warmStart: boolean;
  readonly settings: Settings;
}

export type ToInstance = { readonly orders: InstanceOrders } | { readonly start: Moment };

export type FromInstance =
  /** It listens. */
  | { readonly ready: true }
  /** All is warm, connected and open; it waits for the start. */
  | { readonly prepared: LoadResult["target"] }
  | { readonly progress: LoadProgress }
  | { readonly slice: Slice }
  | { readonly result: LoadResult }
  | { readonly failure: ToldFailure };
