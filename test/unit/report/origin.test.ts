import { expect, it } from "vitest";
import {
  farText,
  type KeptFigures,
  readFigures,
  writeFigures,
} from "../../../src/report/html/kept-figures.ts";
import { busyText, type Origin } from "../../../src/report/origin.ts";
import { commandText } from "../../../src/runtime/settings/command-text.ts";

const origin = (lastMinute: number, cores = 2): Origin => ({
  ...{ version: "1.2.3", commit: undefined, command: "orders bench", host: "h", cores },
  ...{ loadAverage: [lastMinute, 9, 9], beganAt: new Date(0) },
});

it("warns where more was running than the machine has cores, by the last minute", () => {
  expect(busyText(origin(2))).toBeUndefined();
  expect(busyText(origin(0))).toBeUndefined();
  expect(busyText(origin(2.1))).toContain("load average 2.1 on 2 cores");
  expect(busyText(origin(1.4, 1))).toContain("1.4 on 1 core before");
});

const kept = (value: number, changed: Partial<KeptFigures> = {}): KeptFigures => ({
  ...{ beganAt: "2026-01-02T03:04:05.000Z", host: "h", subject: "reserve" },
  figures: [
    { name: "batch (hot)", unit: "orders/s", value },
    { name: "naive (hot)", unit: "orders/s", value: 1_000 },
  ],
  ...changed,
});

it("warns of a figure far from what it was, above or below, and of no other", () => {
  expect(farText(kept(100_000), kept(80_000))).toBeUndefined();
  for (const now of [60_000, 160_000]) {
    const text = farText(kept(100_000.4), kept(now + 0.4567));
    expect(text).toContain(`batch (hot) ${now.toLocaleString("en-US")} orders/s, was 100,000`);
    expect(text).toContain("2026-01-02T03:04:05.000Z");
    expect(text).not.toContain("naive");
  }
});

it("holds nothing against another host, another workload, or nothing", () => {
  expect(farText(kept(100, { host: "other" }), kept(1))).toBeUndefined();
  expect(farText(kept(100, { subject: "drain" }), kept(1))).toBeUndefined();
  expect(farText(kept(100, { figures: [] }), kept(1))).toBeUndefined();
  expect(farText(kept(0), kept(1))).toBeUndefined();
});

it("reads its own figures back, and nothing else", () => {
  expect(readFigures(writeFigures(kept(5)))).toEqual(kept(5));
  for (const other of ["", "%", "null", "{}", writeFigures({ ...kept(5), host: 3 as never })])
    expect(readFigures(other)).toBeUndefined();
  expect(readFigures(writeFigures(kept("5" as never)))).toBeUndefined();
});

it("shows the command as a shell takes it, without its secrets", () => {
  const url = "postgresql://app:hunter2@db:5432/orders";
  for (const args of [["--database-url", url], [`--database-url=${url}`]]) {
    const text = commandText(["bench", "reserve", ...args, "--seed", "it's one"]);
    expect(text).not.toContain("hunter2");
    expect(text).toMatch(/^orders bench reserve '?--database-url[ =]\S*db:5432\/orders/);
    expect(text).toContain(`--seed 'it'\\''s one'`);
  }
  expect(commandText(["bench", "--database-url", "hunter2"])).not.toContain("hunter2");
});

it("prints what lets in nowhere in a command line", () => {
  for (const [args, shown] of [
    [["--api-url", "http://me:hunter2@host/x"], "http://me:****@host/x"],
    [["--api-url=https://hunter2@host"], "--api-url=https://****@host"],
    [["https://a:hunter2:b@c@host/"], "https://a:****@host/"],
    [["--header", "Authorization: Bearer hunter2"], "'Authorization: ****'"],
    [["--header=X-Api-Key: hunter2"], "'--header=X-Api-Key: ****'"],
    [
      ["--url", "http://h/o?ref={{key}}&api_key=hunter2&key={{key}}"],
      "'http://h/o?ref={{key}}&api_key=****&key={{key}}'",
    ],
    [["--url=http://h/o?Token=hunter2&n=1"], "?Token=****&n=1"],
    [["--header", "Content-Type: text/csv"], "'Content-Type: text/csv'"],
  ] as const) {
    const text = commandText(args);
    expect(text).not.toContain("hunter2");
    expect(text).toContain(shown);
  }
});
