import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKafka } from "../../src/runtime/kafka/kafka-client.ts";
import { withAdmin } from "../../src/runtime/kafka/with-admin.ts";
import { createTestDatabase, type TestDatabase, testSettings } from "../integration/services.ts";
import { orders } from "./program.ts";

const home = mkdtempSync(join(tmpdir(), "orders-verify-"));
const small = ["--rate", "100", "--duration", "1s", "--warm-up", "1s", "--consumers", "1"];
afterAll(() => rmSync(home, { recursive: true, force: true }));

const stacks = () => (existsSync(join(home, "orders")) ? readdirSync(join(home, "orders")) : []);

describe("orders verify on services of others", () => {
  const unique = `v${process.pid}-${Date.now()}`;
  const names = { topic: `${unique}-placed`, group: `${unique}-group` };
  let database: TestDatabase;
  let env: Record<string, string>;
  beforeEach(async () => {
    database = await createTestDatabase();
    env = {
      XDG_STATE_HOME: home,
      KAFKA_BROKERS: testSettings().brokers ?? "",
      DATABASE_URL: database.url,
      KAFKA_TOPIC: names.topic,
      CONSUMER_GROUP_ID: names.group,
    };
  });
  afterEach(() => database.drop());

  const total = async () => {
    const text = "SELECT total_quantity AS total FROM inventory WHERE product_id = 'PROD007'";
    return (await database.database.query<{ total: number }>({ text })).rows[0]?.total;
  };

  it("has no shop there", async () => {
    const args = ["--engine", "external", "--i-own-this", "--profile", "shop", ...small];
    const refused = await orders(["verify", ...args], { env });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("--profile")]);
    expect(stacks()).toEqual([]);
  });

  it("needs a word for it, and touches nothing without", async () => {
    const refused = await orders(["verify", "--engine", "external", ...small], { env });
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      expect.stringContaining("--i-own-this"),
    ]);
    expect(stacks()).toEqual([]);
  });

  it("says so first, sets the stock back, and leaves its orders and nothing else", async () => {
    const { args, junit, out } = readmeCommand();
    const summary = join(home, "summary.md");
    const external = ["--engine", "external", "--i-own-this", ...small];
    const ci = { ...env, GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
    const { exitCode, stdout, stderr } = await orders([...args, ...external], { env: ci });
    expect(exitCode, stdout + stderr).toBe(0);
    // What CI is given: the README's workflow, as far as it can be run here.
    expect(readFileSync(junit, "utf8")).toMatch(
      /<testsuites name="orders verify" tests="\d+" failures="0" errors="0">/,
    );
    expect(readFileSync(summary, "utf8")).toContain("### Verified: consistent");
    expect(stderr).not.toContain("::error");
    expect(readdirSync(out).toSorted()).toEqual(["junit.xml", "logs", "report.txt", "result.json"]);
    expect(readdirSync(join(out, "logs"))).toContain("consumer-1.log");
    const result = JSON.parse(readFileSync(join(out, "result.json"), "utf8")) as object;
    expect(result).toMatchObject({ verdict: "consistent", exit_code: 0 });
    expect(stderr).toMatch(/^This loads services that orders did not start/);
    expect(stdout).toMatch(/Verified: consistent\n[\s\S]*exit code {2}0: /);
    expect(await total()).toBe(1_000_000);
    const { rows } = await database.database.query({
      text: `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM consumer_offsets) AS offsets,
        (SELECT count(*) FROM epochs) AS epochs`,
    });
    expect(rows).toEqual([{ orders: 300, offsets: 0, epochs: 0 }]);
    const [topics, groups] = await withAdmin(
      createKafka(testSettings(), "orders-test"),
      async (admin) => [
        await admin.listTopics(),
        (await admin.listGroups()).groups.map(({ groupId }) => groupId),
      ],
    );
    expect(topics).not.toContain(names.topic);
    expect(groups).not.toContain(names.group);
    expect(stacks()).toEqual([]);
  });
});

/** The workflow of the README names what it writes; here that goes to a directory of the test's own. */
function readmeCommand(): { args: string[]; junit: string; out: string } {
  const [, workflow = ""] =
    /```yaml\n(name: verify[\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) ?? [];
  const commands = [...workflow.matchAll(/^ +- run: (.*)$/gm)].map(([, command]) => command ?? "");
  expect(commands[0]).toBe("npm ci");
  const [, , ...args] = commands[1]?.split(" ") ?? [];
  const own = (flag: string) => {
    const at = args.indexOf(flag) + 1;
    args[at] = join(home, args[at] ?? "");
    return args[at];
  };
  expect(workflow).toContain(`path: ${args[args.indexOf("--out") + 1]}`);
  return { args, junit: own("--junit"), out: own("--out") };
}

describe("a verification that fails", () => {
  it("keeps its logs, says where, and removes the rest", async () => {
    // The shell names a system, which a verification leaves alone.
    const env = {
      ...{ XDG_STATE_HOME: home, KAFKA_HOME: join(home, "no-kafka") },
      KAFKA_BROKERS: testSettings().brokers ?? "",
      DATABASE_URL: testSettings().databaseUrl ?? "",
    };
    const args = ["verify", "--engine", "local", "--stack", "failing", ...small];
    const junit = join(home, "failed.xml");
    writeFileSync(join(home, "mine.xml"), "<mine/>");
    const mine = await orders([...args, "--junit", join(home, "mine.xml")], { env });
    expect([mine.exitCode, mine.stderr]).toEqual([2, expect.stringContaining("no JUnit report")]);
    expect(stacks()).toEqual([]);
    const ci = { ...env, GITHUB_ACTIONS: "true" };
    const failed = await orders([...args, "--junit", junit], { env: ci });
    expect(failed.stderr).toMatch(/^::error title=orders verify%3A not run to its end::/m);
    expect(readFileSync(junit, "utf8")).toContain("<failure ");
    expect(failed.exitCode, failed.stderr).toBe(4);
    expect(failed.stderr).toContain("KAFKA_BROKERS and DATABASE_URL name is left alone");
    expect(failed.stderr).toContain(`kept in ${join(home, "orders", "failing", "logs")}`);
    expect(readdirSync(join(home, "orders", "failing")).toSorted()).toEqual(["logs", "stack.json"]);
    const logs = await orders(["logs", "--stack", "failing"], { env });
    expect(logs.exitCode, logs.stderr).toBe(0);
    const again = await orders(args, { env });
    expect([again.exitCode, again.stderr]).toEqual([
      2,
      expect.stringContaining("logs of a failed"),
    ]);
    const down = await orders(["down", "--volumes", "--yes", "--stack", "failing"], { env });
    expect(down.exitCode, down.stderr).toBe(0);
    expect(stacks()).toEqual([]);
  });
});

it("holds the audits of the shop over a load through its gateway", async () => {
  const args = ["--profile", "shop", "--rate", "30", "--duration", "3s", "--warm-up", "0s"];
  const found = await orders(
    [
      "verify",
      "--engine",
      "local",
      "--consumers",
      "1",
      ...args,
      "--drain-timeout",
      "60s",
      "--json",
    ],
    { env: { XDG_STATE_HOME: home } },
  );
  const { verdict, audit, shop, load } = JSON.parse(found.stdout);
  // Whether the rate was reached is no matter here.
  expect([0, 5]).toContain(found.exitCode);
  expect(verdict).toBe("consistent");
  expect(Object.keys(shop)).toEqual(["outbox", "analytics", "shop"]);
  expect(shop.shop.checks.length).toBeGreaterThan(8);
  expect(audit.verdict).toBe("consistent");
  expect(load.counts.acked).toBeGreaterThan(0);
  expect(stacks()).toEqual([]);
});
