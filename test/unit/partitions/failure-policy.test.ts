import { expect, it } from "vitest";
import {
  backoffMs,
  failurePolicy,
  tookTooLong,
  troubleText,
} from "../../../src/partitions/failure-policy.ts";

const coded = (code: string) => Object.assign(new Error("x"), { code });

it.each([
  ["40001", "retry"],
  ["40P01", "retry"],
  ["55P03", "retry"],
  ["57P01", "retry"],
  ["57P03", "retry"],
  ["53300", "retry"],
  ["08006", "retry"],
  ["25006", "retry"],
  ["ECONNREFUSED", "retry"],
  ["ECONNRESET", "retry"],
  ["22P02", "split"],
  ["23514", "split"],
  ["54000", "split"],
  ["42P01", "stop"],
  ["28P01", "stop"],
  ["28000", "stop"],
  ["42501", "stop"],
  ["57014", "retry"],
  ["P0001", "split"],
  ["3D000", "stop"],
  ["53100", "stop"],
  ["XX000", "split"],
  ["25P04", "retry"],
  ["42P05", "retry"],
  ["26000", "retry"],
  ["EPIPE", "retry"],
  ["EPERM", "stop"],
  ["25XYZ", "retry"],
  ["40XYZ", "retry"],
  ["53XYZ", "retry"],
  ["55XYZ", "stop"],
  ["57XYZ", "retry"],
  ["58XYZ", "retry"],
  ["XXXYZ", "split"],
  ["MINE1", "split"],
] as const)("%s: %s", (code, policy) => {
  expect(failurePolicy(coded(code))).toBe(policy);
});

it("knows the errors that pg raises without a code", () => {
  expect(failurePolicy(new Error("Connection terminated unexpectedly"))).toBe("retry");
  expect(failurePolicy(new Error("timeout exceeded when trying to connect"))).toBe("retry");
  expect(failurePolicy(new TypeError("x is not a function"))).toBe("stop");
});

it("waits longer each time, with jitter, up to a bound", () => {
  expect(backoffMs(0, () => 0)).toBe(25);
  expect(backoffMs(1, () => 1)).toBe(100);
  expect(backoffMs(1_000, () => 1)).toBe(5_000);
});

it("tells what took too long from what failed", () => {
  expect(tookTooLong(coded("57014"))).toBe(true);
  expect(tookTooLong(new Error("Query read timeout"))).toBe(true);
  expect(tookTooLong(coded("25P04"))).toBe(true);
  expect(tookTooLong(coded("55P03"))).toBe(false);
});

it("says what a person can do where waiting may not be enough", () => {
  expect(troubleText(coded("53300"))).toMatch(/no connection left \(x\): fewer --workers/);
  expect(troubleText(coded("57014"))).toContain("--statement-timeout-ms");
  expect(troubleText(coded("25006"))).toContain("default_transaction_read_only");
  expect(troubleText(coded("40001"))).toBe("x");
});
