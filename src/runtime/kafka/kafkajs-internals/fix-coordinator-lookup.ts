import { createRequire } from "node:module";

/**
 * kafkajs 2.2.4 asks one broker after the other for a group's coordinator, forgets why each could not
 * say, and ends with "Failed to find group coordinator", which it takes for final: one connection that
 * breaks then ends a consumer for good. Here the last broker's own reason is what counts: one that
 * passes is tried again, one that does not (no right to the group) is said in its own words. And a
 * lock on a broker that is being connected to is waited for again.
 */
export function fixCoordinatorLookup(): void {
  if (applied) return;
  applied = true;
  clusters.findGroupCoordinatorMetadata = findMetadata;
  // kafkajs's constructor assigns false.
  Object.defineProperty(KafkaJSLockTimeout.prototype, "retriable", { get: () => true, set() {} });
}

interface Coordinated {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

interface Broker {
  findGroupCoordinator(of: Coordinated): Promise<unknown>;
}

/** The part of kafkajs 2.2.4's Cluster that is put right here. */
interface Cluster {
  readonly brokerPool: {
    /** Null when the callback failed with every broker. */
    withBroker<T>(callback: (each: { readonly broker: Broker }) => Promise<T>): Promise<T | null>;
  };
  findGroupCoordinatorMetadata(of: Coordinated): Promise<unknown>;
}

const require = createRequire(import.meta.url);
const { prototype: clusters } = require("kafkajs/src/cluster") as { prototype: Cluster };
const { KafkaJSLockTimeout } = require("kafkajs/src/errors") as {
  KafkaJSLockTimeout: { prototype: object };
};
let applied = false;

async function findMetadata(this: Cluster, of: Coordinated): Promise<unknown> {
  let reason: unknown;
  const found = await this.brokerPool.withBroker(({ broker }) =>
    broker.findGroupCoordinator(of).catch((error: unknown) => {
      reason = error;
      throw error;
    }),
  );
  if (found === null) throw reason;
  return found;
}
