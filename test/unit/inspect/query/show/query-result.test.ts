import { describe, expect, it } from "vitest";
import {
  distinctNames,
  queryResultJson,
  queryResultText,
} from "../../../../../src/inspect/query/show/query-result.ts";

const oid = { bool: 16, int8: 20, text: 25, json: 114, numeric: 1700, timestamptz: 1184 };

describe("queryResultJson", () => {
  it("gives values their JSON type where nothing is lost by it", () => {
    const columns = [
      { name: "b", typeOid: oid.bool },
      { name: "n", typeOid: oid.int8 },
      { name: "big", typeOid: oid.int8 },
      { name: "nan", typeOid: oid.numeric },
      { name: "j", typeOid: oid.json },
      { name: "t", typeOid: oid.text },
      { name: "nothing", typeOid: oid.text },
    ];
    const row = ["t", "42", "9223372036854775807", "NaN", '{"a":1}', "007", null];
    const result = { command: "SELECT", columns, rows: [row], rowCount: 1, cut: false };
    expect(queryResultJson(result).rows[0]).toEqual({
      b: true,
      n: 42,
      big: "9223372036854775807",
      nan: "NaN",
      j: { a: 1 },
      t: "007",
      nothing: null,
    });
  });

  it("keeps both of two columns with one name", () => {
    expect(distinctNames(["pid", "pid", "pid_2", "x"])).toEqual(["pid", "pid_2", "pid_2_2", "x"]);
  });
});

describe("queryResultText", () => {
  const empty = { columns: [], rows: [], cut: false };

  it("says what a statement without rows did", () => {
    const layout = { width: undefined };
    expect(queryResultText({ ...empty, command: "SET", rowCount: undefined }, layout)).toBe("SET");
    expect(queryResultText({ ...empty, command: "UPDATE", rowCount: 3 }, layout)).toBe("UPDATE 3");
  });
});
