/** Why an accepted order without an outcome will never get one; the strongest evidence first. */
export const lostByNames = [
  "stored-offset",
  "committed-offset",
  "later-decided",
  "idle-group",
] as const;

export type LostBy = (typeof lostByNames)[number];

/** Ends the sentence "… have no outcome, and …". */
export const lostByText: Readonly<Record<LostBy, string>> = {
  "stored-offset": "the offset that the database stores with their effects has passed them",
  "committed-offset": "Kafka's committed offset has passed them",
  "later-decided": "later messages of their partitions were decided",
  "idle-group": "the group was idle, and decided an order that was sent to it afterwards",
};

/** Which orders without an outcome are lost, and how that is known. */
export interface LostOrders {
  /** Of every accepted order of the run that has no outcome; undefined: not known of all. */
  readonly all: LostBy | undefined;
  /** Of single orders, by their ids: at most as many as a wait looks at one by one. */
  readonly some: ReadonlyMap<string, LostBy>;
}

/** @returns how it is known that this order, which has no outcome, is lost; undefined: it is not. */
export function lostBy(orderId: string, { all, some }: LostOrders): LostBy | undefined {
  return some.get(orderId) ?? all;
}

/** The weaker of two. */
export function weaker(one: LostBy, other: LostBy): LostBy {
  return lostByNames.indexOf(one) > lostByNames.indexOf(other) ? one : other;
}
