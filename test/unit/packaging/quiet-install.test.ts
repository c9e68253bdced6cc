import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly engines?: { readonly node?: string } }>>;
}

/**
 * `npm ci` warns of each package of the lockfile that asks for a later Node. Two that the experimental
 * Kafka client brings ask for 22.19, though they run on 20 (the consumer's integration tests run with
 * them there); the lockfile leaves that out. When `npm install` has written it anew, it must be left
 * out again.
 */
test("no package of the lockfile makes the installation on Node 20 warn", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
  const tooNew = Object.entries(packages).filter(([, { engines }]) => {
    const ranges = engines?.node?.split("||") ?? [];
    return ranges.length > 0 && ranges.every((range) => /^\s*(>=|\^|~)\s*2[1-9]/.test(range));
  });
  expect(packages[""]?.engines?.node).toBe(">=20.19.4");
  expect(tooNew).toEqual([]);
});
