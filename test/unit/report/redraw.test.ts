import { expect, it } from "vitest";
import { createRedraw, fitted } from "../../../src/report/redraw.ts";

it("shows a text as it is where the screen has the rows", () => {
  expect(fitted("a\n\nb", 3, 80)).toEqual(["a", "", "b"]);
});

it("leaves out blank lines first, then the end, and says how much", () => {
  expect(fitted("a\n\nb\nc", 3, 80)).toEqual(["a", "b", "c"]);
  expect(fitted("a\n\nb\nc\nd", 3, 80)).toEqual(["a", "b", "… 2 more"]);
});

it("counts the rows that a long line takes", () => {
  expect(fitted(`${"x".repeat(100)}\nb\nc`, 3, 80)).toEqual(["x".repeat(100), "… 2 more"]);
  expect(fitted("│".repeat(80), 1, 80)).toHaveLength(1);
});

it("never scrolls the screen, however long the text", () => {
  const written: string[] = [];
  const screen = {
    isTTY: true,
    rows: 10,
    columns: 80,
    write: (text: string) => written.push(text),
  };
  const redraw = createRedraw(screen);
  const text = Array.from({ length: 30 }, (_, line) => `line ${line}`).join("\n");
  redraw(text);
  redraw(text);
  expect(written[1]?.split("\n")).toHaveLength(10);
});
