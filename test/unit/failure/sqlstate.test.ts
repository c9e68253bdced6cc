import { expect, it } from "vitest";
import { poolerRefusal } from "../../../src/failure/pooler-refusal.ts";
import { sqlstateOf, sqlstateVerdict, wantsNewSession } from "../../../src/failure/sqlstate.ts";

const coded = (code: string, message = "x") => Object.assign(new Error(message), { code });

/** Every class of PostgreSQL 14 to 18 that errors come of, in the order of its manual. */
const classes = (
  "03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 " +
  "53 54 55 57 58 72 F0 HV P0 XX"
).split(" ");

it("sorts every class, so that a code of a later version has a rule", () => {
  const verdicts = Object.fromEntries(classes.map((name) => [name, sqlstateVerdict(`${name}ZZZ`)]));
  const of = (verdict: string) => classes.filter((name) => verdicts[name] === verdict).join(" ");
  expect(of("pass")).toBe("08 40 53 57 58 72");
  expect(of("mend")).toBe("24 25 26 34 3B");
  expect(of("never")).toBe("03 0A 0B 0F 0L 0P 28 2B 2D 3D 3F 42 55 F0 HV");
  expect(of("contents")).toBe("09 0Z 10 20 21 22 23 27 2F 38 39 44 54 P0 XX");
});

it.each([
  ["25P02", "mend"], // a transaction that somebody has failed before us
  ["25P03", "pass"],
  ["25P04", "pass"],
  ["25006", "mend"],
  ["42P05", "mend"],
  ["26000", "mend"],
  ["42P01", "never"],
  ["42501", "never"],
  ["55P03", "pass"],
  ["55006", "pass"],
  ["55000", "never"],
  ["53400", "pass"],
  ["53100", "never"],
  ["57P04", "pass"],
  ["58030", "pass"],
  ["58P01", "never"],
  ["HV00N", "pass"],
  ["XX000", "contents"],
  ["XX001", "never"],
  ["SLOT1", "contents"],
] as const)("%s: %s", (code, verdict) => {
  expect(sqlstateVerdict(code)).toBe(verdict);
});

it("asks for a new session where the old one may be at fault", () => {
  for (const code of ["25006", "25P02", "42P05", "26000", "42501", "3F000", "0A000", "XX000"])
    expect(wantsNewSession(code), code).toBe(true);
  for (const code of ["23505", "40001", "55P03", "22P05", "P0001", "57014"])
    expect(wantsNewSession(code), code).toBe(false);
});

it("tells PostgreSQL's codes from those of Node", () => {
  expect(sqlstateOf(coded("40P01"))).toBe("40P01");
  expect(sqlstateOf(coded("EPIPE"))).toBeUndefined();
  expect(sqlstateOf(coded("ECONNRESET"))).toBeUndefined();
  expect(sqlstateOf("40P01")).toBeUndefined();
});

it("says what a pooler has to ignore", () => {
  const refused = (name: string) =>
    poolerRefusal(coded("08P01", `unsupported startup parameter: ${name}`));
  const limits = "statement_timeout, lock_timeout, idle_in_transaction_session_timeout";
  expect(refused("lock_timeout")?.remedy).toContain(`ignore_startup_parameters = ${limits}, and`);
  expect(refused("options")?.remedy).toContain(`${limits}, options, and`);
  expect(poolerRefusal(coded("08P01", "query_wait_timeout"))).toBeUndefined();
});
