import { expect, it } from "vitest";
import { usageFailure } from "../../../src/cli/usage-failure.ts";

const parse = {
  input: { flags: { rate: {}, "health-port": {} }, context: { id: "audit:race" } },
};
const thrown = (message: string, fields: object = {}) =>
  Object.assign(new Error(`${message}\nSee more help with --help`), { parse, ...fields });

it.each([
  [
    "Nonexistent flag: --ratte=5",
    { flags: ["--ratte=5"] },
    ["there is no flag --ratte=5", "did you mean --rate?"],
  ],
  [
    "Nonexistent flag: --zzz",
    { flags: ["--zzz"] },
    ["there is no flag --zzz", "`orders audit race --help` shows what there is"],
  ],
  [
    "Expected --target=htp to be one of: http, kafka",
    {},
    ['--target "htp" is not one of http, kafka', "did you mean http?"],
  ],
  [
    "Expected --target=x to be one of: http, kafka",
    {},
    ['--target "x" is not one of http, kafka', "choose one of http, kafka"],
  ],
  ["Unexpected argument: b", {}, ['"b" is more than the command takes', expect.anything()]],
  ["Missing 1 required arg:\nsql  statements", {}, ["SQL is missing", expect.anything()]],
  [
    "The following errors occurred:\n  \u001b[2mMissing required flag rate\nMissing required flag duration\u001b[22m",
    {},
    ["--rate and --duration must be given", expect.anything()],
  ],
  ["Flag --rate expects a value", {}, ["--rate needs a value", expect.anything()]],
  [
    "Parsing --limit \n\tExpected an integer but received: 5x",
    {},
    ['--limit "5x" is not a whole number', "write digits alone, e.g. 100"],
  ],
  [
    "Parsing --limit \n\tExpected an integer greater than or equal to 1 but received: -1",
    {},
    ['--limit "-1" is too small', "give at least 1"],
  ],
  [
    "Parsing --port \n\tExpected an integer less than or equal to 65535 but received: 70000",
    {},
    ['--port "70000" is too large', "give at most 65535"],
  ],
  ["Expected an integer but received: x", {}, ['"x" is not a whole number', expect.anything()]],
  [
    "The following errors occurred:\n  --watch=true cannot also be provided when using --env\n  --watch=true cannot also be provided when using --wait",
    {},
    [
      "--watch and --env exclude each other; --watch and --wait exclude each other",
      expect.anything(),
    ],
  ],
  [
    "The following error occurred:\n  All of the following must be provided when using --create: --name, --price",
    {},
    ["--create needs --name and --price, too", expect.anything()],
  ],
  ["Flag --by can only be specified once", {}, ["--by is given twice", expect.anything()]],
  ["Command nope not found.", {}, ['there is no command "nope"', expect.anything()]],
])("%j is said in our words", (message, fields, expected) => {
  const failure = usageFailure(thrown(message, fields));
  expect(failure.kind).toBe("usage");
  expect([failure.message, failure.remedy]).toEqual(expected);
});
