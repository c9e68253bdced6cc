import { expect, it } from "vitest";
import { historyComplete } from "../../../../src/audit/checks/history-complete.ts";
import { noCounts } from "../../../../src/audit/run-counts.ts";
import { race } from "./evidence.ts";

const found = (sent: number) => historyComplete.judge({ race, counts: { ...noCounts(), sent } });

it("passes when every order that was sent was judged", () => {
  expect(found(race.sent).status).toBe("pass");
});

it("leaves the race open when the history is shorter than what was sent", () => {
  expect(found(race.sent - 1)).toMatchObject({ status: "unknown", required: true });
});
