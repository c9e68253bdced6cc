import { askBroker, compactArray, compactText, knows, noTags } from "./compact-bytes.ts";
import type { KafkaBroker } from "./kafka-cluster.ts";

const request = { apiKey: 90, apiName: "DescribeShareGroupOffsets" } as const;
/** Since this version it says how many messages are not acknowledged (KIP-1226). */
const withLag = 1;

export interface ShareOffset {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that is not acknowledged; many behind it may be. */
  readonly start: number;
  /** Messages not acknowledged; undefined where the broker does not count them. */
  readonly lag: number | undefined;
}

/**
 * How far a share group has come: it commits no offsets as other groups do.
 * @returns of partitions that it has begun to read; nothing where the broker does not say.
 */
export async function readShareOffsets(
  coordinator: KafkaBroker,
  group: string,
): Promise<readonly ShareOffset[]> {
  const apiVersion = knows(coordinator, { ...request, apiVersion: withLag }) ? withLag : 0;
  if (!knows(coordinator, { ...request, apiVersion })) return [];
  const everyTopic = Buffer.from([0]);
  const body = [compactArray([Buffer.concat([compactText(group), everyTopic, noTags])]), noTags];
  return askBroker(coordinator, { ...request, apiVersion }, body, (from) => {
    from.int32(); // throttle time
    const groups = from.array(() => {
      from.text(); // the group
      const topics = from.array(() => {
        const topic = from.text();
        from.id();
        const partitions = from.array(() => {
          const partition = from.int32();
          const start = from.int64();
          from.int32(); // epoch of the leader
          const lag = apiVersion === withLag ? from.int64() : -1;
          const errorCode = from.int16();
          from.nullableText();
          from.skipTagged();
          return { topic, partition, lag: lag < 0 ? undefined : lag, start, errorCode };
        });
        from.skipTagged();
        return partitions;
      });
      from.int16(); // error code: there are no topics then
      from.nullableText();
      from.skipTagged();
      return topics.flat();
    });
    // -1: nothing read yet.
    return groups.flat().filter(({ start, errorCode }) => start >= 0 && errorCode === 0);
  });
}
