import type { PartitionRange } from "../../ports/log.ts";
import { readAnnouncement } from "./announcement.ts";
import type { GroupMember } from "./described-group.ts";

/** What is known of a group and of the database that its consumers should write to. */
export interface GroupScene {
  readonly group: string;
  readonly topic: string;
  readonly members: readonly GroupMember[];
  /** `databaseIdentity` of the database that is asked about; undefined when not known. */
  readonly ownDatabase: string | undefined;
  /** The group is meant for orders consumers, whatever is in it now. */
  readonly expectsOrders: boolean;
}

/** A client id of ours; older versions announced nothing else. */
const ownClientId = /^orders-(consume|bench)/;

/**
 * Pure: who in the group does not write to the database in question, one sentence each. A group's
 * partitions are shared among all its members, so what another's consumer decides is missing here
 * though the group's lag is 0.
 */
export function memberWarnings(scene: GroupScene): readonly string[] {
  const { group, topic, ownDatabase } = scene;
  const concerned = scene.members.filter(({ assigned }) => {
    const topics = Object.keys(assigned);
    return topics.length === 0 || topics.includes(topic);
  });
  const seen = concerned.map((member) => ({ member, says: readAnnouncement(member.userData) }));
  const databases = new Set(seen.flatMap(({ says }) => says?.database ?? []));
  const ours = seen.filter(({ member, says }) => says !== undefined || isOwnClient(member));
  const strangers = seen.filter((each) => !ours.includes(each)).map(({ member }) => member);
  const elsewhere = seen
    .filter(({ says }) => says?.database !== undefined && says.database !== ownDatabase)
    .map(({ member }) => member);
  const all = concerned.length;
  const remedy = "give each database a group of its own (--group, CONSUMER_GROUP_ID)";
  const warnings: string[] = [];
  if (ownDatabase !== undefined && elsewhere.length > 0)
    warnings.push(
      `${ofAll(elsewhere.length, all, "member")} of group ${group} ${elsewhere.length === 1 ? "writes" : "write"} to another database (${names(elsewhere)}): the orders of ${elsewhere.length === 1 ? "its" : "their"} partitions are decided there and not here; ${remedy}`,
    );
  else if (ownDatabase === undefined && databases.size > 1)
    warnings.push(
      `the members of group ${group} write to ${databases.size} different databases (${names(elsewhere)}): each decides only the orders of its own partitions; ${remedy}`,
    );
  if (strangers.length > 0 && (scene.expectsOrders || ours.length > 0))
    warnings.push(
      `${ofAll(strangers.length, all, "member")} of group ${group} ${strangers.length === 1 ? "is" : "are"} no orders consumer (${names(strangers)}): what ${strangers.length === 1 ? "it reads" : "they read"} is not decided here; let ${strangers.length === 1 ? "it" : "them"} read in another group`,
    );
  return warnings;
}

/** Pure: partitions in which Kafka has the group further on than the database is. */
export function aheadWarnings(
  group: string,
  ranges: readonly PartitionRange[],
  committed: ReadonlyMap<number, number>,
  stored: ReadonlyMap<number, number>,
): readonly string[] {
  const ahead = ranges.flatMap(({ partition, low }) => {
    const [theirs, ours] = [committed.get(partition) ?? 0, stored.get(partition) ?? low];
    return theirs > ours ? [theirs - ours] : [];
  });
  if (ahead.length === 0) return [];
  const messages = ahead.reduce((sum, by) => sum + by, 0);
  return [
    `Kafka's offset of group ${group} is ahead of the database's in ${count(ahead.length, "partition")}, by ${count(messages, "message")}: not this database's consumers committed it, but another database's or another program, or this database fell back; what is decided here is what the database's own offset says`,
  ];
}

function isOwnClient({ clientId }: GroupMember): boolean {
  return ownClientId.test(clientId);
}

function names(members: readonly GroupMember[]): string {
  const shownMax = 3;
  const shown = members.slice(0, shownMax).map(({ clientId, host }) => `${clientId} at ${host}`);
  const more = members.length - shown.length;
  return [...new Set(shown), ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

function ofAll(some: number, all: number, noun: string): string {
  return some === all
    ? `${all === 1 ? "the only" : `all ${all}`} ${plural(all, noun)}`
    : `${some} of ${all} ${plural(all, noun)}`;
}

function count(n: number, noun: string): string {
  return `${n} ${plural(n, noun)}`;
}

function plural(n: number, noun: string): string {
  return n === 1 ? noun : `${noun}s`;
}
