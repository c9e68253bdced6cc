import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { failureJson, failureText } from "../../../src/cli/render-failure.ts";
import { Failure } from "../../../src/failure/failure.ts";
import { shownJson } from "../../../src/failure/shown.ts";
import { hostile, steering } from "../../arbitrary/hostile.ts";

/** The files in which text is written to a stream, each behind shown, shownLines or shownJson. */
const edges = [
  "src/audit/spill.ts",
  "src/bench/measure/steady-consumer-main.ts",
  "src/cli/demand-consent.ts",
  "src/cli/hooks/command-not-found.ts",
  "src/cli/live-view.ts",
  "src/cli/orders-command.ts",
  "src/cli/produce-max.ts",
  "src/cli/run-recorded.ts",
  "src/cli/tell-unexpected.ts",
  "src/commands/audit/watch.ts",
  "src/commands/produce.ts",
  "src/commands/status.ts",
  "src/commands/topic/tail.ts",
  "src/load/gzip-appender.ts",
  "src/load/history-writer.ts",
  "src/load/wiring/instance-main.ts",
  "src/report/steps.ts",
  "src/runtime/lifecycle/output/end-of-output.ts",
  "src/runtime/lifecycle/output/guarded-streams.ts",
  "src/runtime/lifecycle/output/service-log.ts",
  "src/runtime/lifecycle/unexpected-end.ts",
  "src/runtime/stack/gather-logs.ts",
  "src/runtime/stack/processes/supervisor-main.ts",
  "src/shop/wiring/shop-worker.ts",
];

it("nothing is written to a person but through the few edges that escape", () => {
  const writes =
    /process\.(stdout|stderr)(\.write|\)|,)|console\.|writeSync\(|pino\.destination|process\[to\]|process\[name\]/;
  const files = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/${name}`);
  const found = files.filter((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .some((line) => writes.test(line) && !/terminalOf\(process\.|^\s*(\*|\/\/)/.test(line)),
  );
  expect(found.sort()).toEqual(edges);
});

it.each(hostile)("an error that holds %j cannot steer, nor forge a line", (text) => {
  const failure = new Failure("usage", {
    what: `no group ${text}`,
    meaning: `it is ${text}`,
    remedy: `did you mean \`${text}\`?\nour own line`,
  });
  const lines = failureText(failure).split("\n");
  for (const line of lines) {
    expect(line).not.toMatch(steering);
    expect(line).toMatch(/^(Error: | {2}Why it matters: | {2}What to do: | {4})/);
  }
  expect(lines.at(-1)).toBe("    our own line");
  const json = shownJson(failureJson(failure), 2);
  expect(json.replaceAll("\n", "")).not.toMatch(steering);
  expect(JSON.parse(json).error.what).toBe(`no group ${text}`);
});
