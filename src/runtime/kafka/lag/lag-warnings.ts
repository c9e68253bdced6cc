import { aheadWarnings, memberWarnings } from "../group-warnings.ts";
import { type LagSample, lostAt } from "./lag-report.ts";

/**
 * Pure: what the figures of a lag alone do not tell, one sentence each.
 * @param of expectsOrders: the group belongs to a stack of ours. Elsewhere it may be another
 *   program's, which is no fault unless the database has offsets of it, too.
 */
export function lagWarnings(
  sample: LagSample,
  of: { readonly group: string; readonly topic: string; readonly expectsOrders: boolean },
): readonly string[] {
  const { group, topic } = of;
  const { ranges, database, members, ownDatabase } = sample;
  const expectsOrders = of.expectsOrders || database.unknown === null;
  return [
    ...memberWarnings({ group, topic, members: members ?? [], ownDatabase, expectsOrders }),
    ...(database.unknown === null
      ? aheadWarnings(group, ranges, sample.group.next, database.next)
      : []),
    ...lostWarnings(sample, group),
    ...beyondWarnings(sample, group),
  ];
}

function lostWarnings({ ranges, database, group }: LagSample, name: string): readonly string[] {
  const of = (next: ReadonlyMap<number, number>) =>
    ranges.flatMap((range) => {
      const lost = lostAt(range, next.get(range.partition));
      return lost > 0 ? [{ partition: range.partition, lost }] : [];
    });
  const undecided = of(database.next);
  if (undecided.length > 0)
    return [
      `${messages(undecided)} deleted from the log before they were decided in this database (${where(undecided)}): they are lost here, and count as lag; consumers stop at them until \`orders consume --accept-loss\``,
    ];
  const unread = database.unknown === null ? [] : of(group.next);
  if (unread.length === 0) return [];
  return [
    `${messages(unread)} deleted from the log before group ${name} read them (${where(unread)}): they are lost to it, and count as lag`,
  ];
}

/** An offset beyond the log's end is another log's. */
function beyondWarnings({ ranges, database, group }: LagSample, name: string): readonly string[] {
  const beyond = (next: ReadonlyMap<number, number>) =>
    ranges.filter(({ partition, high }) => (next.get(partition) ?? 0) > high).length;
  const say = (count: number, whose: string) =>
    count === 0
      ? []
      : [
          `${whose} lie beyond the log's end in ${count} ${count === 1 ? "partition" : "partitions"}: the topic was made anew or cut back, and how much is undecided there is not known`,
        ];
  return [
    ...say(beyond(database.next), "the database's offsets"),
    ...say(beyond(group.next), `the offsets of group ${name} in Kafka`),
  ];
}

function messages(each: readonly { readonly lost: number }[]): string {
  const sum = each.reduce((total, { lost }) => total + lost, 0);
  return sum === 1 ? "1 message was" : `${sum} messages were`;
}

function where(each: readonly { readonly partition: number; readonly lost: number }[]): string {
  const shown = each.slice(0, 5).map(({ partition, lost }) => `partition ${partition}: ${lost}`);
  const more = each.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more partitions`] : [])].join(", ");
}
