import pg from "pg";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../../src/failure/failure.ts";
import {
  databaseAddress,
  explainDatabaseError,
} from "../../../../src/runtime/database/database-failure.ts";

const url = "postgresql://app:s3cret@db.example:5433/shop";

function serverError(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError("said so", 0, "error");
  error.code = code;
  return error;
}

describe("explainDatabaseError", () => {
  it.each([
    ["login refused", serverError("28P01")],
    ["no such database", serverError("3D000")],
    ["no connection left", serverError("53300")],
    ["starting up", serverError("57P03")],
    ["no tables", serverError("42P01")],
    ["lock not free", serverError("55P03")],
    ["statement timeout", serverError("57014")],
    ["read-only", serverError("25006")],
    ["not granted", serverError("42501")],
    ["another version's tables", serverError("42883")],
    ["disk full", serverError("53100")],
    ["a constraint made by hand", serverError("23514")],
    ["a trigger with a code of its own", serverError("MINE1")],
    ["not to be stored in its encoding", serverError("22P05")],
    ["a transaction that took too long", serverError("25P04")],
    ["a later version's code", serverError("57XYZ")],
    ["refused", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
    [
      "every address refused",
      new AggregateError([Object.assign(new Error("connect"), { code: "ECONNREFUSED" })]),
    ],
    ["cut", new Error("Connection terminated unexpectedly")],
    ["silent", new Error("timeout expired")],
  ])("says what is wrong with the environment, without the password: %s", (_, error) => {
    const failure = explainDatabaseError(error, url) as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.kind).toBe("environment");
    expect(failure.remedy).toBeTruthy();
    expect(`${failure.message} ${failure.meaning} ${failure.remedy}`).not.toContain("s3cret");
    expect(failure.message).toContain("db.example:5433/shop");
  });

  it("leaves alone what is not about the environment", () => {
    const syntax = serverError("42601");
    expect(explainDatabaseError(syntax, url)).toBe(syntax);
    const bug = new TypeError("x is not a function");
    expect(explainDatabaseError(bug, url)).toBe(bug);
  });
});

describe("databaseAddress", () => {
  it.each([
    [url, "db.example:5433/shop"],
    ["postgresql://u:p@h/db", "h:5432/db"],
    ["host=h password=p", "the given address"],
    [undefined, "(no address)"],
  ])("%s", (given, expected) => {
    expect(databaseAddress(given)).toBe(expected);
  });
});
