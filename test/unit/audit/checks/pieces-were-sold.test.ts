import { expect, it } from "vitest";
import { piecesWereSold } from "../../../../src/audit/checks/pieces-were-sold.ts";
import { noCounts } from "../../../../src/audit/run-counts.ts";
import { race } from "./evidence.ts";

const found = (reserved: number) =>
  piecesWereSold.judge({ race, counts: { ...noCounts(), reserved } });

it("passes from the first reserved order on", () => {
  expect(found(1).status).toBe("pass");
});

it("does not know of any race when every order met an empty shelf", () => {
  expect(found(0)).toMatchObject({ status: "unknown", required: true });
});
