import { describe, expect, it } from "vitest";
import { demandConsent } from "../../../src/cli/demand-consent.ts";

const loss = { command: "reset", what: "empties the orders", items: ["3 orders", "a\u001b[2Jb"] };

describe("consent", () => {
  it("is not taken for granted where nobody can be asked, and the refusal says what would go", async () => {
    const notes: string[] = [];
    const asking = { yes: false, canAsk: false, note: (text: string) => notes.push(text) };
    await expect(demandConsent(loss, asking)).rejects.toMatchObject({
      kind: "usage",
      meaning: "this would go for good: 3 orders; a\\x1b[2Jb",
    });
    expect(notes).toEqual([]);
  });

  it("given by --yes still says what goes", async () => {
    const notes: string[] = [];
    await demandConsent(loss, { yes: true, canAsk: false, note: (text) => notes.push(text) });
    expect(notes.join("\n")).toContain("- 3 orders");
  });
});
