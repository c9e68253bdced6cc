import type { GroupConsumer, GroupListener } from "../../../ports/group-consumer.ts";
import { parseBrokers } from "../../settings/broker-list.ts";
import { crashed, type GroupConsumerOptions } from "../group-consumer.ts";
import { BrokerConnections } from "./broker-connections.ts";
import { Cluster } from "./cluster.ts";
import { GroupMembership } from "./group-membership.ts";
import { PartitionReader } from "./partition-reader.ts";

const clientId = "orders-consume";

/**
 * What kafkajs's does, over the connections and requests of @platformatic/kafka 1.35. Experimental.
 * Its own Consumer can neither pause nor seek a partition; the offsets are ours, so that a membership
 * and plain fetches are all that is needed.
 */
export function createPlatformaticGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  const { settings } = options;
  const asking = new BrokerConnections(settings, clientId);
  const cluster = new Cluster(asking, bootstrapOf(settings.brokers), settings.topic);
  let reader: PartitionReader | undefined;
  let membership: GroupMembership | undefined;
  return {
    start(listener) {
      const parts = { ...settings, cluster, listener };
      const refused = (error: Error) => listener.failed(crashed(error));
      reader = new PartitionReader({
        ...parts,
        refused,
        connections: new BrokerConnections(settings, clientId),
      });
      membership = new GroupMembership({
        ...parts,
        refused,
        heartbeatEveryMs: options.heartbeatEveryMs,
        announce: options.announce,
        connections: asking,
        unreachable: (error) => listener.restarting(error),
        ...assignments(listener, reader, options.joined),
      });
      membership.start();
      return Promise.resolve();
    },
    pause: (partitions) => reader?.pause(partitions),
    resume: (partitions) => reader?.resume(partitions),
    seek: (partition, offset) => reader?.seek(partition, offset),
    silentMs: () => membership?.silentMs() ?? 0,
    commitOffsets: (next) => membership?.commit(next) ?? Promise.resolve(),
    async stop() {
      await reader?.stop();
      await membership?.stop();
    },
  };
}

/** The reader first: what it fetched before is not ours any more. */
function assignments(listener: GroupListener, reader: PartitionReader, joined: () => void) {
  return {
    assigned(partitions: readonly number[]) {
      reader.assign(partitions);
      listener.assigned(partitions);
      joined();
    },
    expelled() {
      reader.assign([]);
      listener.expelled();
    },
  };
}

/** The list was looked at when the program's own client was made. */
function bootstrapOf(brokers = "") {
  const read = parseBrokers(brokers);
  return "expected" in read ? [] : read.value;
}
