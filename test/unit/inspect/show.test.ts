import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lagLine, lagText, rateText } from "../../../src/inspect/lag/show/lag.ts";
import { ranges } from "../../../src/inspect/topics/show/group.ts";
import { logMessageJson, logMessageText } from "../../../src/inspect/topics/show/log-message.ts";
import { bytesText as sizeText } from "../../../src/inspect/topics/show/topics.ts";
import { bytesJson, bytesText, hexDump } from "../../../src/report/bytes-text.ts";
import { restText, worstRows } from "../../../src/report/worst-rows.ts";

describe("bytes as text", () => {
  it("shows text as it is, and what is none as \\xNN", () => {
    expect(bytesText(Buffer.from("für 🦆"))).toBe("für 🦆");
    expect(bytesText(Buffer.from([0x41, 0xff, 0xc3, 0xbc, 0xc3, 0x28, 0x1b]))).toBe(
      "A\\xffü\\xc3(\\x1b",
    );
  });

  it("never lets a control character through, and ends for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(bytesText(Buffer.from(bytes))).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it("loses nothing in JSON", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const { text, encoding } = bytesJson(Buffer.from(bytes));
        const back = Buffer.from(text ?? "", encoding === "base64" ? "base64" : "utf8");
        expect(back).toEqual(Buffer.from(bytes));
      }),
    );
    expect(bytesJson(null)).toEqual({ text: null, encoding: null });
  });

  it("dumps as hexdump -C does", () => {
    expect(hexDump(Buffer.from("0123456789abcdef\n"))).toBe(
      "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|\n" +
        `00000010  0a${" ".repeat(21)}  ${" ".repeat(23)}  |.|`,
    );
  });
});

describe("a message", () => {
  const message = {
    partition: 3,
    offset: 9,
    timestampMs: 0,
    key: null,
    value: Buffer.from("a\nb"),
    headers: { twice: [Buffer.from("1"), Buffer.from("2")] },
  };

  it("is one line, whatever is in it, and no longer than asked for", () => {
    expect(logMessageText(message, 100)).toBe(
      "1970-01-01T00:00:00.000Z  3/9  (no key)  a\\x0ab  [twice=1 twice=2]",
    );
    expect(logMessageText(message, 1)).toContain("  a… (2 more bytes)");
    expect(logMessageText({ ...message, value: null, timestampMs: 1e18 }, 1)).toContain(
      "a tombstone",
    );
  });

  it("is one JSON document, with binary in base64", () => {
    expect(logMessageJson("t", { ...message, value: Buffer.from([0xff]) })).toMatchObject({
      topic: "t",
      key: null,
      key_encoding: null,
      value: "/w==",
      value_encoding: "base64",
      headers: [
        { name: "twice", value: "1" },
        { name: "twice", value: "2" },
      ],
    });
  });
});

describe("lag", () => {
  const total = {
    log_end: 100,
    group_lag: null,
    group_lag_at_least: 0,
    group_lost: 0,
    database_lag: null,
    database_lag_at_least: 60,
    database_lost: 0,
    placed_per_second: null,
    decided_per_second: null,
    decided_from: null,
    seconds_to_drain: null,
    drain: "unknown",
  } as const;
  const report = {
    at: "2026-11-22T12:00:00.000Z",
    topic: "orders",
    group: "g",
    group_state: null,
    group_type: null,
    warnings: [],
    members: null,
    group_unknown: "Kafka knows no such group",
    database_unknown: null,
    standing: [],
    interval_ms: null,
    total,
    partitions: [],
  };

  it("shows what is not known as such, never as 0", () => {
    expect(lagLine(report)).toBe(
      "2026-11-22T12:00:00.000Z  lag ≥ 60 (db)  — (group)  placed —/s  decided —/s  — (not known)",
    );
    expect(lagText(report, { width: undefined, all: false })).toContain(
      "— group: Kafka knows no such group",
    );
    expect(rateText(null)).toBe("—");
    expect([rateText(0), rateText(0.25), rateText(123.4)]).toEqual(["0", "0.3", "123"]);
  });

  it("names partitions that stand, and the way on", () => {
    const standing = [3, 4, 5, 6, 7, 8].map((partition) => ({
      ...{ partition, first_offset: 17, last_offset: 26, why: "corrupt" },
      ...{ detail: "\u001b[31mred", found_at: "2026-11-22T12:00:00Z" },
    }));
    const text = lagText({ ...report, standing }, { width: undefined, all: true });
    expect(text).toContain(
      "Partition 3 stands since 2026-11-22T12:00:00Z: the batch of offsets 17 to 26 cannot be decoded (corrupt: \\x1b[31mred). `orders dlq bury orders/3/17` dead-letters it.",
    );
    expect(text).toContain("… and 1 more partitions stand; --json names all.");
    expect(lagLine({ ...report, standing })).toMatch(/standing: partition 3, 4, 5, 6, 7, 8$/);
  });

  it("fits a screen: rows that find no room are counted", () => {
    const partition = {
      log_end: 1,
      group_offset: 1,
      group_lag: 0,
      group_lost: 0,
      log_start: 0,
      database_offset: 1,
      database_lag: 0,
      database_lost: 0,
      placed_per_second: 0,
      decided_per_second: 0,
    };
    const partitions = Array.from({ length: 50 }, (_, index) => ({
      ...partition,
      partition: index,
    }));
    const text = lagText({ ...report, partitions }, { width: 80, height: 24, all: true });
    expect(text.split("\n").length).toBeLessThan(24);
    expect(text).toMatch(/and 38 more partitions/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe("a long table", () => {
  const rows = (...bad: number[]) => bad.map((value, index) => ({ index, value }));
  const worst = (...bad: number[]) => worstRows(rows(...bad), ({ value }) => value);
  const words = { good: "without lag", bad: "behind" };

  it("is its worst five: unknown first, then by how bad they are; the rest is counted", () => {
    const found = worst(0, 3, 0, 9, Number.NaN, 1, 2, 4, Number.POSITIVE_INFINITY);
    expect(found.rows.map(({ index }) => index)).toEqual([4, 8, 3, 7, 1]);
    expect(restText(found, words)).toBe(
      "… and 4 more partitions, 2 of them behind; --all shows each",
    );
    expect(restText(worst(0, 0, 0, 0, 1, 2), words)).toBe(
      "… and 4 more partitions without lag; --all shows each",
    );
  });

  it("is whole when it is short, and nothing but its sum when nothing is wrong", () => {
    expect(worst(0, 1, 0, 0, 0).rows).toHaveLength(5);
    expect(restText(worst(0, 1), words)).toBe("");
    expect(restText(worst(0, 0, 0, 0, 0, 0), words)).toBe(
      "6 partitions without lag; --all shows each",
    );
  });
});

describe("small things", () => {
  it("writes runs of partitions, and sizes with their unit", () => {
    expect(ranges([0, 1, 2, 5, 7, 8])).toBe("0-2 5 7-8");
    expect(ranges([])).toBe("");
    expect([0, 1023, 1536, 5 * 1024 ** 3].map((bytes) => sizeText(bytes))).toEqual([
      "0 bytes",
      "1023 bytes",
      "1.5 KiB",
      "5.0 GiB",
    ]);
    expect(sizeText(null)).toBe("—");
  });
});
