import type {
  LetterEvidence,
  RowEvidence,
  SentEvidence,
  ShopEvidence,
  StoryEvidence,
} from "./evidence.ts";
import { place } from "./trail-end.ts";

/** One thing that happened to an order. */
export interface StoryStep {
  /** Milliseconds since the epoch; undefined: nobody recorded when. */
  readonly atMs: number | undefined;
  readonly what: string;
  readonly text: string;
  /** Where it is written. */
  readonly evidence: string;
}

/**
 * What happened, in the order of time; what has no time stays after what it follows from. Clocks of
 * different machines are as they are. Pure.
 */
export function tellStory(evidence: StoryEvidence): readonly StoryStep[] {
  const steps = [
    ...evidence.sent.flatMap(sendingSteps),
    ...(evidence.shop === undefined ? [] : shopSteps(evidence.shop)),
    ...evidence.log.messages.map(({ timestampMs, ...message }): StoryStep => {
      return {
        atMs: timestampMs,
        what: "in the log",
        text: `${message.topic}, partition ${message.partition}, offset ${message.offset}`,
        evidence: `log ${place(message)}`,
      };
    }),
    ...decisionSteps(evidence),
    ...evidence.database.letters.flatMap(letterSteps),
    ...evidence.database.movements.map((movement): StoryStep => {
      return {
        atMs: movement.movedAtMs,
        what: `stock: ${movement.reason}`,
        text: `${movement.productId}: available ${signed(movement.deltaAvailable)}, total ${signed(movement.deltaTotal)}`,
        evidence: "stock_movements",
      };
    }),
  ];
  return inOrder(steps);
}

function sendingSteps(sent: SentEvidence): readonly StoryStep[] {
  const { from, state, kind, customerId, lines, intendedAtMs, sentAtMs, answeredAtMs } = sent;
  const said = {
    acked: "acknowledged",
    failed: "refused",
    unknown: "no answer that tells",
    dropped: "not sent",
  } as const;
  const pieces = lines.map(({ productId, quantity }) => `${quantity} × ${productId}`).join(", ");
  return [
    { atMs: intendedAtMs, what: "intended", text: `${customerId}: ${pieces}`, evidence: from },
    ...(sentAtMs === undefined
      ? []
      : [{ atMs: sentAtMs, what: "sent", text: after(intendedAtMs, sentAtMs), evidence: from }]),
    {
      atMs: answeredAtMs,
      what: said[state],
      text: `${kind}${answeredAtMs === undefined || sentAtMs === undefined ? "" : `, ${after(sentAtMs, answeredAtMs)}`}`,
      evidence: from,
    },
  ];
}

function decisionSteps(evidence: StoryEvidence): readonly StoryStep[] {
  const { rows } = evidence.database;
  const [row] = rows;
  if (row === undefined) return [];
  const unchanged = row.updatedAtMs === undefined || row.updatedAtMs === row.createdAtMs;
  const decided: StoryStep = {
    // A row that was changed since has the later transaction's commit.
    atMs: (unchanged ? row.committedAtMs : undefined) ?? row.createdAtMs,
    what: unchanged ? row.status : "decided",
    text: [
      rows.map(({ quantity, productId }) => `${quantity} × ${productId}`).join(", "),
      shortage(row),
      row.offset === undefined || row.partition === undefined
        ? ""
        : `from ${place({ partition: row.partition, offset: row.offset })}`,
      transactionText(row, unchanged),
      holderText(evidence, row),
    ]
      .filter((part) => part !== "")
      .join("; "),
    evidence: "orders",
  };
  if (unchanged) return [decided];
  const changed: StoryStep = {
    atMs: row.committedAtMs ?? row.updatedAtMs,
    what: row.status,
    text: `the row was changed${row.transaction === undefined ? "" : ` in transaction ${row.transaction}`}`,
    evidence: "orders",
  };
  return [decided, changed];
}

function shortage({ reason, detail }: RowEvidence): string {
  if (reason === undefined) return "";
  const words = reason.replaceAll("_", " ");
  return detail?.wanted === undefined
    ? words
    : `${words}: wanted ${detail.wanted}, available ${detail.available}`;
}

function transactionText({ transaction, committedAtMs }: RowEvidence, unchanged: boolean): string {
  if (transaction === undefined || !unchanged) return "";
  const time = committedAtMs === undefined ? "; its commit time is not kept" : ", committed then";
  return `in transaction ${transaction}${time}`;
}

/** No table says which instance decided: who holds its partition now is the nearest there is. */
function holderText({ log }: StoryEvidence, { partition }: RowEvidence): string {
  const holder = partition === undefined ? undefined : log.holders.get(partition);
  return holder === undefined
    ? "by which instance is not recorded"
    : `by which instance is not recorded; the partition is now with ${holder}`;
}

function letterSteps(letter: LetterEvidence): readonly StoryStep[] {
  const evidence = `dead_letters ${letter.letterId}`;
  return [
    {
      atMs: letter.recordedAtMs,
      what: "dead-lettered",
      text: `${letter.reason.replaceAll("_", " ")}: ${letter.detail}; from ${place(letter)}`,
      evidence,
    },
    ...(letter.publishedAtMs === undefined
      ? []
      : [{ atMs: letter.publishedAtMs, what: "letter published", text: "", evidence }]),
    ...letter.replays.flatMap((replay): readonly StoryStep[] => [
      {
        atMs: replay.intendedAtMs,
        what: "replay begun",
        text: `to ${replay.topic}, partition ${replay.partition}`,
        evidence: "dead_letter_replays",
      },
      {
        atMs: replay.settledAtMs,
        what: `replay ${replay.result ?? "without a result yet"}`,
        text:
          replay.offset === undefined
            ? ""
            : `at ${place({ partition: replay.partition, offset: replay.offset })}`,
        evidence: "dead_letter_replays",
      },
    ]),
  ];
}

function shopSteps(shop: ShopEvidence): readonly StoryStep[] {
  const { customerId, total, createdAtMs, events, topic, analytics } = shop;
  return [
    {
      atMs: createdAtMs,
      what: "ordered in the shop",
      text: `${customerId}, ${total.toFixed(2)}`,
      evidence: "shop.orders",
    },
    ...events.flatMap((event): readonly StoryStep[] => [
      ...(event.createdAtMs === undefined
        ? []
        : [
            {
              atMs: event.createdAtMs,
              what: event.type,
              text: `event ${event.sequence} in the outbox, ${event.status}${event.lastError === undefined ? "" : `: ${event.lastError}`}`,
              evidence: "shop.event_outbox",
            },
          ]),
      ...event.places.map((at, copy) => ({
        atMs: at.timestampMs,
        what: copy === 0 ? "event published" : "event published again",
        text: `${event.type}, ${topic}, partition ${at.partition}, offset ${at.offset}`,
        evidence: `log ${place(at)}`,
      })),
      ...countedSteps(event.type, event.counted, analytics, event.places.length > 0),
    ]),
  ];
}

function countedSteps(
  type: string,
  counted: { readonly partition: number; readonly offset: number } | undefined,
  analytics: boolean,
  published: boolean,
): readonly StoryStep[] {
  if (!analytics || (counted === undefined && !published)) return [];
  const what = counted === undefined ? "not counted" : "event counted";
  const text =
    counted === undefined
      ? `${type}: not yet, or its id is no longer kept`
      : `${type}, from ${place(counted)}`;
  return [{ atMs: undefined, what, text, evidence: "analytics.processed_events" }];
}

/** Stable: what has no time follows what stood before it. */
function inOrder(steps: readonly StoryStep[]): readonly StoryStep[] {
  let last = Number.NEGATIVE_INFINITY;
  const timed = steps.map((step, index) => {
    last = step.atMs ?? last;
    return { step, index, atMs: last };
  });
  return timed.sort((a, b) => a.atMs - b.atMs || a.index - b.index).map(({ step }) => step);
}

function after(fromMs: number, toMs: number): string {
  return `${(toMs - fromMs).toFixed(1)} ms later`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : value < 0 ? `−${-value}` : "0";
}
