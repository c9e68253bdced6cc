import { describe, expect, it } from "vitest";
import type { OrderJourney } from "../../../../src/journey/order-journey.ts";
import { orderJourneyText } from "../../../../src/journey/show/order-journey-text.ts";

const reserved: OrderJourney = {
  sent_at: "2026-01-01T00:00:00.000Z",
  ...{ order_id: "88ebdc23-a117-5557-8e27-b335d57f4f6e", customer_id: "C\u001b[2J" },
  ...{ product_id: "PROD001", quantity: 5, amount: 6499.95, sent_to: "http://api/order" },
  answer: { state: "accepted", text: "HTTP 202", at_ms: 9.1 },
  log: { topic: "orders-placed", partition: 24, offset: 3, seen_at_ms: 4.2 },
  ...{ log_unknown: null, outcome: "reserved", reason: null, detail: null, decided_at_ms: 8.5 },
  stock: { before: { available: 10, reserved: 0 }, after: { available: 5, reserved: 5 } },
};
const text = (journey: OrderJourney) =>
  orderJourneyText(journey, { stack: " --stack s", width: undefined });
const steps = (shown: string) =>
  shown
    .split("\n")
    .flatMap((line) => /│ (sent|in the log|acknowledged|decided|stock) /.exec(line)?.[1] ?? []);

describe("an order's way", () => {
  it("is shown as it was seen: a row may be there before the answer", () => {
    const shown = text(reserved);
    expect(steps(shown)).toEqual(["sent", "in the log", "decided", "acknowledged", "stock"]);
    expect(shown).toContain("available 10 → 5, reserved 0 → 5");
    expect(shown).toContain(`orders db orders --stack s --id ${reserved.order_id}`);
    expect(shown).not.toContain("\u001b");
  });

  it("says why an order was not reserved, and what is not known", () => {
    const rejected = text({
      ...{ ...reserved, outcome: "rejected", reason: "insufficient_stock" as never },
      detail: "wanted 5, available 2" as never,
    });
    expect(rejected).toContain("rejected (insufficient stock: wanted 5, available 2)");
    const undecided = text({
      ...{ ...reserved, outcome: "undecided", decided_at_ms: null as never },
      ...{ log: null as never, log_unknown: "Kafka is away" as never },
    });
    expect(undecided).toContain("not looked at: Kafka is away");
    expect(undecided).toContain("Not decided in time. Whether a consumer runs");
    expect(undecided).toContain("orders lag --stack s");
  });
});
