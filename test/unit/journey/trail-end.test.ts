import { describe, expect, it } from "vitest";
import type {
  LetterEvidence,
  RowEvidence,
  SentEvidence,
  StoryEvidence,
} from "../../../src/journey/story/evidence.ts";
import { tellStory } from "../../../src/journey/story/tell-story.ts";
import { trailEnd } from "../../../src/journey/story/trail-end.ts";

const nowMs = 1_800_000_000_000;
const lines = [{ productId: "P", quantity: 1 }];

const sent: SentEvidence = {
  ...{ from: "h", state: "acked", kind: "202", customerId: "C", lines },
  ...{ intendedAtMs: nowMs - 60_000, sentAtMs: nowMs - 59_999, answeredAtMs: nowMs - 59_990 },
};
const message = {
  ...{ topic: "t", partition: 12, offset: 345, timestampMs: nowMs - 59_995, orderId: "o" },
  contents: { customerId: "C", lines },
};
const row: RowEvidence = {
  ...{ lineNo: 1, customerId: "C", productId: "P", quantity: 1, amount: 1, status: "reserved" },
  ...{ reason: undefined, detail: undefined, partition: 12, offset: 345, placedAtMs: undefined },
  ...{ createdAtMs: nowMs - 59_000, updatedAtMs: nowMs - 59_000, transaction: "77" },
  committedAtMs: nowMs - 58_990,
};
const letter: LetterEvidence = {
  ...{ letterId: 1, topic: "t", partition: 12, offset: 345, reason: "unprocessable", detail: "d" },
  ...{ recordedAtMs: nowMs - 59_000, publishedAtMs: undefined, replays: [] },
};

interface Parts {
  readonly sent?: readonly SentEvidence[];
  readonly log?: Partial<StoryEvidence["log"]>;
  readonly database?: Partial<StoryEvidence["database"]>;
  readonly shop?: StoryEvidence["shop"];
}

function evidence(parts: Parts): StoryEvidence {
  return {
    ...{ orderId: "o", topic: "t", group: "g", historiesUnknown: undefined },
    sent: parts.sent ?? [],
    log: {
      ...{ messages: [], others: [], searched: true, cutOff: false, unknown: undefined },
      ...{ low: new Map(), committed: new Map(), holders: new Map() },
      ...parts.log,
    },
    database: {
      ...{ atMs: nowMs, rows: [], letters: [], movements: [], stored: undefined },
      ...parts.database,
    },
    shop: parts.shop,
  };
}

const end = (parts: Parts) => {
  const { verdict, end: word } = trailEnd(evidence(parts));
  return `${verdict}: ${word}`;
};
const logged = { messages: [message] };
const stored = (next: number) => new Map([[12, next]]);
const outcomeless = { rows: [], letters: [] };

describe("trailEnd", () => {
  it.each<[string, Parts]>([
    ["explained: reserved", { sent: [sent], log: logged, database: { rows: [row] } }],
    ["explained: dead-lettered", { sent: [sent], log: logged, database: { letters: [letter] } }],
    ["violation: lost", { sent: [sent], log: logged, database: { stored: stored(346) } }],
    ["open: undecided", { sent: [sent], log: logged, database: { stored: stored(345) } }],
    ["open: undecided", { sent: [sent], log: logged }],
    // Stored offsets say more than those in Kafka, which a tool may have moved.
    [
      "open: undecided",
      { log: { ...logged, committed: stored(346) }, database: { stored: stored(345) } },
    ],
    ["violation: lost", { log: { ...logged, committed: stored(346) }, database: outcomeless }],
    [
      "open: undecided",
      { log: { ...logged, committed: stored(346) }, database: { atMs: nowMs - 50_000 } },
    ],
    ["violation: never logged", { sent: [sent] }],
    ["open: no trace", { sent: [sent], log: { cutOff: true } }],
    ["open: not found", { sent: [sent], log: { searched: false, unknown: "late" } }],
    ["explained: refused", { sent: [{ ...sent, state: "failed" }] }],
    ["explained: never sent", { sent: [{ ...sent, state: "dropped" }] }],
    ["explained: never arrived", { sent: [{ ...sent, state: "unknown" }] }],
    ["open: no trace", { sent: [{ ...sent, state: "unknown" }], log: { cutOff: true } }],
    ["violation: refused but there", { sent: [{ ...sent, state: "failed" }], log: logged }],
    // Sent again with the same key after a refusal, as a replay of the load does.
    [
      "explained: reserved",
      { sent: [{ ...sent, state: "failed" }, sent], log: logged, database: { rows: [row] } },
    ],
    ["violation: doubled", { log: logged, database: { rows: [row], letters: [letter] } }],
    ["violation: doubled", { log: logged, database: { rows: [row, row] } }],
    [
      "explained: reserved",
      {
        log: logged,
        database: { rows: [row], letters: [{ ...letter, reason: "conflicting_duplicate" }] },
      },
    ],
    [
      "explained: dead-lettered",
      {
        log: logged,
        database: {
          rows: [{ ...row, status: "released", offset: undefined }].slice(1),
          letters: [letter],
        },
      },
    ],
    ["violation: altered", { log: logged, database: { rows: [{ ...row, quantity: 2 }] } }],
    ["violation: altered", { sent: [{ ...sent, customerId: "D" }], log: logged }],
    [
      "violation: from another message",
      { log: { others: [{ ...message, orderId: "p" }] }, database: { rows: [row] } },
    ],
    ["open: no trace", {}],
  ])("%s", (expected, parts) => {
    expect(end(parts)).toBe(expected);
  });

  it("counts a letter that was produced again by what became of it", () => {
    const replay = {
      ...{ topic: "t", partition: 12, offset: 400, result: "produced" as const },
      ...{ intendedAtMs: nowMs, settledAtMs: nowMs },
    };
    const again = { ...message, offset: 400 };
    const letters = [{ ...letter, replays: [replay] }];
    const log = { messages: [message, again] };
    expect(end({ log, database: { letters, stored: stored(400) } })).toBe("open: undecided");
    expect(end({ log, database: { letters, stored: stored(401) } })).toBe("violation: lost");
    expect(end({ log, database: { letters, rows: [row] } })).toBe("explained: reserved");
  });

  it("says in one sentence where a lost order's trail ends", () => {
    const { sentences } = trailEnd(
      evidence({ sent: [sent], log: logged, database: { stored: stored(346) } }),
    );
    expect(sentences).toEqual([
      "it was acknowledged and is in the log at 12/345, and no row and no dead letter has it; the consumer's offset in the database is 346: lost",
    ]);
  });
});

describe("tellStory", () => {
  it("tells in the order of time, whatever the order of the evidence", () => {
    const steps = tellStory(evidence({ sent: [sent], log: logged, database: { rows: [row] } }));
    expect(steps.map(({ what }) => what)).toEqual([
      ...["intended", "sent", "in the log", "acknowledged", "reserved"],
    ]);
    expect(steps.at(-1)?.text).toContain("in transaction 77, committed then");
  });

  it("does not take the last change of a row for its decision", () => {
    const rows = [
      { ...row, status: "released", updatedAtMs: nowMs - 1_000, committedAtMs: nowMs - 990 },
    ];
    const steps = tellStory(evidence({ database: { rows } }));
    expect(steps.map(({ what, atMs }) => [what, atMs])).toEqual([
      ["decided", nowMs - 59_000],
      ["released", nowMs - 990],
    ]);
  });

  it("leaves what has no time where it belongs", () => {
    const replay = {
      ...{ topic: "t", partition: 1, offset: undefined, result: undefined },
      ...{ intendedAtMs: nowMs - 30_000, settledAtMs: undefined },
    };
    const steps = tellStory(
      evidence({ database: { letters: [{ ...letter, publishedAtMs: nowMs, replays: [replay] }] } }),
    );
    expect(steps.map(({ what }) => what)).toEqual([
      ...["dead-lettered", "replay begun", "replay without a result yet", "letter published"],
    ]);
  });
});
