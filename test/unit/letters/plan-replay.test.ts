import { describe, expect, it } from "vitest";
import { parseLetterRef } from "../../../src/letters/letter-ref.ts";
import { orderIdOf, planReplay } from "../../../src/letters/plan-replay.ts";
import { replayRequest } from "../../../src/letters/replay-request.ts";
import type { LetterRow } from "../../../src/letters/sql/select-letters.ts";
import { newOrderId } from "../../../src/order/order-id.ts";

const orderId = newOrderId();
const value = Buffer.from(
  JSON.stringify({
    order_id: orderId,
    customer_id: "C1",
    product_id: "P1",
    quantity: 1,
    amount: 1,
  }),
);
const contents = { message_key: Buffer.from("C1"), message_value: value };
const decided = {
  order_id: orderId,
  status: "reserved",
  rejection_reason: null,
  source_partition: 3,
  source_offset: 4,
};

function letter(changes: Partial<LetterRow> = {}): LetterRow {
  return {
    dead_letter_id: 7,
    source_topic: "orders",
    source_partition: 1,
    source_offset: 2,
    reason: "unprocessable",
    detail: "",
    order_id: null,
    recorded_at: new Date(0),
    published_at: null,
    value_bytes: value.length,
    replays: 0,
    replay_result: null,
    replay_topic: null,
    replay_partition: null,
    replay_offset: null,
    replayed_at: null,
    again_id: null,
    replay_of: null,
    ...changes,
  };
}

const produced = {
  replays: 1,
  replay_result: "produced",
  replay_topic: "orders",
  replay_partition: 1,
  replay_offset: 9,
};
const attempt = { replay_topic: "orders", replay_partition: 1 };

function plan(
  changes: Partial<LetterRow> = {},
  options: { order?: typeof decided; force?: boolean; value?: Buffer | null } = {},
) {
  const own =
    options.value === undefined ? contents : { ...contents, message_value: options.value };
  return planReplay(letter(changes), own, {
    topic: "orders",
    decided: options.order,
    force: options.force ?? false,
  });
}

describe("planReplay", () => {
  it("replays what can be decided and has not been", () => {
    expect(plan()).toEqual({ replay: true, because: null, note: "" });
    expect(plan({ ...attempt, replay_result: "lost" }).replay).toBe(true);
  });

  it.each([
    ["order_decided", plan({}, { order: decided }), /decided: reserved, by message 3\/4/],
    ["replayed_before", plan(produced), /replayed as orders\/1\/9/],
    ["dead_lettered_again", plan({ ...produced, again_id: 12 }), /again as letter 12/],
    ["attempt_unknown", plan({ ...attempt, replay_result: "unknown" }), /may have produced/],
    ["attempt_pending", plan({ ...attempt, replay_result: null }), /no result yet/],
    ["still_refused", plan({}, { value: null }), /tombstone/],
    ["still_refused", plan({}, { value: Buffer.from("{") }), /not_json/],
    ["other_topic", plan({ source_topic: "other" }), /--topic other/],
  ])("skips with a reason: %s", (because, result, note) => {
    expect(result).toMatchObject({ replay: false, because });
    expect(result.note).toMatch(note);
  });

  it("says of a conflicting duplicate that the first message stands", () => {
    const result = plan({ reason: "conflicting_duplicate" }, { order: decided });
    expect(result.note).toMatch(
      /other content than this letter's, which would be dead-lettered again/,
    );
  });

  it("is overruled by force, but for what goes to another topic or is under way", () => {
    expect(plan({}, { order: decided, force: true })).toMatchObject({
      replay: true,
      because: "order_decided",
    });
    expect(plan(produced, { force: true }).replay).toBe(true);
    expect(plan({}, { value: null, force: true }).replay).toBe(true);
    expect(plan({ source_topic: "other" }, { force: true }).replay).toBe(false);
    expect(plan({ ...attempt, replay_result: null }, { force: true }).replay).toBe(false);
  });

  it("knows the order from the message, else from the letter", () => {
    expect(orderIdOf(letter(), contents)).toBe(orderId);
    const broken = { ...contents, message_value: null };
    expect(orderIdOf(letter({ order_id: "recorded" }), broken)).toBe("recorded");
    expect(orderIdOf(letter(), broken)).toBeNull();
  });
});

describe("naming letters", () => {
  it("takes ids, and where the message stood", () => {
    expect(parseLetterRef("12")).toEqual({ kind: "id", id: 12 });
    expect(parseLetterRef("my.topic-1/3/4711")).toEqual({
      kind: "source",
      topic: "my.topic-1",
      partition: 3,
      offset: 4711,
    });
    for (const wrong of ["", "x", "-1", "a/b/c", "t/1", "1.5"])
      expect(() => parseLetterRef(wrong)).toThrow("names no dead letter");
  });

  it("wants exactly one of names, a reason, and all", () => {
    expect(() => replayRequest([], { reason: undefined, all: false })).toThrow(
      "no dead letter is named",
    );
    expect(() => replayRequest(["1"], { reason: "x", all: false })).toThrow("exclude each other");
    expect(() => replayRequest([], { reason: "x", all: true })).toThrow("exclude each other");
    expect(replayRequest([], { reason: undefined, all: true }).refs).toEqual([]);
  });
});
