import { gatewayTarget } from "./gateway.ts";
import { httpTarget } from "./http.ts";
import { kafkaTarget } from "./kafka.ts";
import type { TargetKind } from "./target-kind.ts";

/** Every way in which a load can send its orders, as `--target` offers them; first, what it is without. */
export const loadTargets = [
  httpTarget,
  kafkaTarget,
  gatewayTarget,
] as const satisfies readonly TargetKind[];
