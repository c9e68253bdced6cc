import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { auditOrders } from "../../../src/audit/audit-orders.ts";
import { readBaseline } from "../../../src/audit/read-baseline.ts";
import { acceptedIds, type SentOrder } from "../../../src/audit/sent-order.ts";
import { waitUntilDecided } from "../../../src/audit/wait-until-decided.ts";
import { HistoryFiles } from "../../../src/load/history-files.ts";
import { eventually, testSettings } from "../services.ts";
import { openRaceBench } from "./race-bench.ts";
import { lockFirst } from "./test-consumers.ts";

it("a load that was killed can be audited: its history has every order of which there is a row", async () => {
  const bench = await openRaceBench("ours");
  onTestFinished(() => bench.close());
  const directory = await mkdtemp(join(tmpdir(), "orders-killed-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await bench.consume(lockFirst);
  const baseline = await readBaseline(bench);
  const file = join(directory, "orders.ndjson.gz");
  const to = ["--target", "kafka", "--brokers", String(testSettings().brokers), "--topic"];
  const load = ["--rate", "100", "--duration", "1m", "--quantity", "1", "--history", file];
  const running = execa(
    process.execPath,
    ["bin/run.js", "produce", ...to, bench.topic.topic, ...load],
    { reject: false, env: { XDG_STATE_HOME: directory, XDG_CONFIG_HOME: directory } },
  );
  const rows = async () => {
    const found = await bench.database.query<{ n: number }>({
      text: "SELECT count(*)::int AS n FROM orders",
    });
    return found.rows[0]?.n ?? 0;
  };
  await eventually(async () => (await rows()) > 60, "orders decided");
  running.kill("SIGKILL");
  expect((await running).signal).toBe("SIGKILL");

  const history = await new HistoryFiles().addCounted(file);
  expect(history.acked).toBeGreaterThan(30);
  const { drained, undecided } = await waitUntilDecided(bench, {
    ...{ orderIds: acceptedIds(history), timeoutMs: 20_000, settleMs: 500 },
  });
  expect(undecided).toBe(0);
  const options = { drained, baseline, alone: true, ownCustomer: () => true };
  const audit = await auditOrders(bench, { history, ...options });
  expect(audit.verdict, audit.reason).toBe("consistent");
  expect(audit.counts.accepted).toBe(history.acked);

  // With what was answered alone, and one of that left out, rows would be nobody's.
  const answered: SentOrder[] = [];
  for await (const order of history) if (order.state === "acked") answered.push(order);
  const short = await auditOrders(bench, { history: answered.slice(1), ...options });
  expect(short.verdict).toBe("violated");
  const failed = short.checks.filter(({ status }) => status === "fail");
  expect(failed.map(({ check }) => check)).toEqual(["rows-were-asked-for"]);
});
