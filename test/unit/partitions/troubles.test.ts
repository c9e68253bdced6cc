import { expect, it } from "vitest";
import { Troubles } from "../../../src/partitions/troubles.ts";

it("says each trouble once and its end once, and those that work do not hide those that wait", () => {
  const said: string[] = [];
  const troubles = new Troubles((line) => said.push(line));
  const none = new Error("no connection");
  troubles.note("a", none);
  troubles.note("b", none);
  troubles.note("b", undefined);
  troubles.note("b", none);
  troubles.note("b", undefined);
  expect(troubles.current).toBe("no connection");
  expect(said).toEqual(["waiting: no connection; trying again"]);
  troubles.note("a", new Error("a deadlock"));
  expect(troubles.current).toBe("a deadlock");
  troubles.note("a", undefined);
  troubles.note("a", undefined);
  expect(troubles.current).toBeUndefined();
  expect(said.slice(1)).toEqual(["waiting: a deadlock; trying again", "going on"]);
});
