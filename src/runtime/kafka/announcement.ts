import { AssignerProtocol, type PartitionAssigner, PartitionAssigners } from "kafkajs";

/** What a consumer of ours tells its group about itself. */
export interface Announcement {
  /** Which database it writes to (`databaseIdentity`); undefined when it could not tell. */
  readonly database: string | undefined;
}

const form = /^orders-consume\/1 ([0-9a-f]{16}|-)$/;

/** Pure. */
export function announcementText({ database }: Announcement): string {
  return `orders-consume/1 ${database ?? "-"}`;
}

/** Pure. @returns undefined for what another program announces. */
export function readAnnouncement(userData: Buffer | null | undefined): Announcement | undefined {
  const found = form.exec(userData?.toString("utf8") ?? "")?.[1];
  if (found === undefined) return undefined;
  return { database: found === "-" ? undefined : found };
}

/**
 * kafkajs's round robin, which also announces the database in the group protocol's user data: the
 * field that exists for it, which every describer of the group can read and other members leave
 * alone. Not in the client id, which quotas and broker metrics go by, and which operators name as
 * they like.
 * @param announce asked at each join.
 */
export function announcingAssigner(announce: () => Announcement): PartitionAssigner {
  return (config) => {
    const roundRobin = PartitionAssigners.roundRobin(config);
    return {
      ...roundRobin,
      protocol: ({ topics }) => ({
        name: roundRobin.name,
        metadata: AssignerProtocol.MemberMetadata.encode({
          version: roundRobin.version,
          topics,
          userData: Buffer.from(announcementText(announce()), "utf8"),
        }),
      }),
    };
  };
}
