import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { demandPageFile, writePageFile } from "../../../src/cli/page-file.ts";
import { pageMark } from "../../../src/report/html/page.ts";

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "orders-page-"));
});
afterAll(() => rmSync(place, { recursive: true }));

const page = `<!doctype html>${pageMark}`;

it("makes a page, replaces a page and an empty file, and leaves nothing beside it", () => {
  const file = join(place, "page.html");
  for (const before of [undefined, page, ""]) {
    if (before !== undefined) writeFileSync(file, before);
    demandPageFile(file);
    writePageFile(file, `${page}new`);
    expect(readFileSync(file, "utf8")).toBe(`${page}new`);
  }
  expect(readdirSync(place)).toEqual(["page.html"]);
});

it("replaces what a link points to, not the link", () => {
  const [file, link] = [join(place, "real.html"), join(place, "link.html")];
  writeFileSync(file, page);
  symlinkSync(file, link);
  demandPageFile(link);
  writePageFile(link, `${page}new`);
  expect(readFileSync(file, "utf8")).toBe(`${page}new`);
});

it.each([
  ["a file of somebody else's", () => writeFileSync(join(place, "a.md"), "# mine"), "a.md"],
  ["a directory", () => {}, "."],
  ["a directory that is not there", () => {}, "nowhere/page.html"],
])("refuses %s before anything is measured", (_, make, name) => {
  make();
  expect(() => demandPageFile(join(place, name))).toThrow(
    expect.objectContaining({ kind: "usage" }),
  );
});

it("writes to a device as it is", () => {
  demandPageFile("/dev/null");
  writePageFile("/dev/null", page);
});
