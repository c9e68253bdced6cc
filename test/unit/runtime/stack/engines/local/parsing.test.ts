import { expect, it } from "vitest";
import { parseJavaMajor } from "../../../../../../src/runtime/stack/engines/local/java.ts";
import { lastErrors } from "../../../../../../src/runtime/stack/engines/local/kafka-jars.ts";
import { parseAccounts } from "../../../../../../src/runtime/stack/engines/local/postgres-account.ts";

it("reads Java's version of every age", () => {
  expect(parseJavaMajor('openjdk version "17.0.15" 2025-04-15')).toBe(17);
  expect(parseJavaMajor('java version "1.8.0_292"')).toBe(8);
  expect(parseJavaMajor('openjdk version "25" 2025-09-16')).toBe(25);
  expect(parseJavaMajor("command not found")).toBeUndefined();
});

it("shows why Maven failed, not all it said", () => {
  const output = "[INFO] a\n[ERROR] no network\n[ERROR] \n[ERROR] see log\n[INFO] b";
  expect(lastErrors(output)).toBe("no network\nsee log");
  expect(lastErrors("killed")).toBe("killed");
});

it("finds the accounts that are not root", () => {
  const passwd = "root:x:0:0::/root:/bin/sh\npostgres:x:101:104::/:/bin/sh\nbroken\n";
  expect(parseAccounts(passwd)).toEqual([{ name: "postgres", uid: 101, gid: 104 }]);
});
