/**
 * Named points between each pair of steps of the reservation, in the order of an order's way. Tests
 * let the process die, hang or fail there; wiring/ decides whether a point does anything. The
 * crash test takes its cases from this list: a point that is added is tested.
 */
export const failpoints = [
  // From the assignment of partitions to the first fetch.
  "assigned", // paused, what was queued is dropped
  "assigned-idle", // transactions of the former assignment have ended
  "offsets-read", // the fences are in the database, nothing is read yet
  "sought",
  "resumed",
  // A batch.
  "fetched",
  "queued",
  "claimed",
  "before-transaction", // or before the one statement that is a transaction by itself
  "between-statements",
  "before-commit",
  "commit-sent", // unanswered
  "committed", // and not yet noted
  "noted",
  "before-offset-commit", // to Kafka
  "after-offset-commit",
  // Dead letters.
  "letters-locked",
  "letters-published",
  "letters-marked",
  "letters-committed",
  // The end.
  "stopping",
  "stopped-idle", // transactions in hand have ended
  "stopped-committed", // offsets are in Kafka
  "left", // the group
] as const;

export type Failpoint = (typeof failpoints)[number];

/** Around and inside a transaction, whoever's it is. */
export type TransactionPoint = Extract<
  Failpoint,
  "before-transaction" | "between-statements" | "before-commit" | "commit-sent" | "committed"
>;

export type FollowFailpoint = `follow-${TransactionPoint}`;

/** Those of the transactions that follow the shop, beside the reservation. */
export const followFailpoints: readonly FollowFailpoint[] = [
  "follow-before-transaction",
  "follow-between-statements",
  "follow-before-commit",
  "follow-commit-sent",
  "follow-committed",
];

/** Of a round of what is told of outcomes, beside the reservation, in the order in which they come. */
export const outcomeSteps = ["outcomes-read", "outcomes-published", "outcomes-stored"] as const;
export type OutcomeStep = (typeof outcomeSteps)[number];

/** Of a whole `orders consume`. */
export const consumerFailpoints = [...failpoints, ...followFailpoints, ...outcomeSteps] as const;

/** Called at each point; returns at once unless this point is set. */
export type Reach = (point: Failpoint) => void;

export type FollowReach = (point: FollowFailpoint) => void;

export const reachNothing: Reach = () => {};
