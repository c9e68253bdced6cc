import { createRequire } from "node:module";

/** The part of kafkajs 2.2.4's ConsumerGroup that is put right here. */
interface ConsumerGroup {
  /** When the group last answered, by the clock of the wall. */
  lastRequest: number;
  heartbeat(options: { readonly interval: number }): Promise<void>;
}

let applied = false;

/**
 * kafkajs asks the clock of the wall whether a heartbeat is due. Set back by an hour, that clock lets it
 * send none for an hour: the group gives the partitions to others after seconds, and kafkajs, which
 * goes on fetching them, never learns of it. An answer that lies ahead is none.
 */
export function fixHeartbeat(): void {
  if (applied) return;
  applied = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require("kafkajs/src/consumer/consumerGroup") as {
    prototype: ConsumerGroup;
  };
  const { heartbeat } = prototype;
  prototype.heartbeat = function beat(this: ConsumerGroup, options): Promise<void> {
    if (this.lastRequest > Date.now()) this.lastRequest = 0;
    return heartbeat.call(this, options);
  };
}
