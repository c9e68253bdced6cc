import { expect, it } from "vitest";
import { piecesWereSold } from "../../../../src/audit/checks/pieces-were-sold.ts";

it("passes from the first reserved order on", () => {
  expect(piecesWereSold("PROD007", 1).status).toBe("pass");
});

it("does not know of any race when every order met an empty shelf", () => {
  expect(piecesWereSold("PROD007", 0)).toMatchObject({ status: "unknown", required: true });
});
