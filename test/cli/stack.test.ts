import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OrderJourney } from "../../src/journey/order-journey.ts";
import { findMarkedProcesses } from "../../src/runtime/stack/processes/marked-processes.ts";
import type { StackStatus, StackSummary } from "../../src/runtime/stack/stack-status.ts";
import { eventually } from "../integration/services.ts";

/** One real stack for all of these tests, which build on each other in their order. */
const home = mkdtempSync(join(tmpdir(), "orders-stack-"));
const env = {
  XDG_STATE_HOME: home,
  XDG_CONFIG_HOME: home,
  KAFKA_BROKERS: "",
  DATABASE_URL: "",
  NO_COLOR: "1",
};
const freePorts = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];
const local = ["--engine", "local"];

function orders(args: readonly string[], extra: Readonly<Record<string, string>> = {}) {
  return execa("node", [join(process.cwd(), "bin/run.js"), ...args], {
    reject: false,
    timeout: 110_000,
    env: { ...env, ...extra },
    stdin: "ignore",
    // From any directory.
    cwd: tmpdir(),
  });
}

async function status(stack = "default"): Promise<StackStatus> {
  const { stdout } = await orders(["status", "--json", "--stack", stack]);
  return JSON.parse(stdout) as StackStatus;
}

function processes(stack = "default") {
  return findMarkedProcesses(join(home, "orders", stack));
}

function pidsOf({ processes: all }: StackStatus): Record<string, number | null> {
  return Object.fromEntries(all.map(({ name, pid }) => [name, pid]));
}

/** As `eval "$(orders status --env)"` sets them. */
async function addresses(): Promise<Record<string, string>> {
  const { stdout } = await orders(["status", "--env"]);
  const wanted = /^export (KAFKA_\w+|DATABASE_URL)='?(.*?)'?$/gm;
  return Object.fromEntries([...stdout.matchAll(wanted)].map(([, name, value]) => [name, value]));
}

/** What the stack's directory says of the login at Kafka. */
function kafkaLogin(): Record<string, string> {
  return JSON.parse(readFileSync(join(home, "orders/default/engine/kafka/login.json"), "utf8"));
}

function kill(pid: number | null | undefined): void {
  if (!pid) throw new Error("nothing to kill");
  process.kill(pid, "SIGKILL");
}

let first: StackStatus;

beforeAll(async () => {
  const { stdout, stderr, exitCode } = await orders(["up", ...local, ...freePorts]);
  expect(stderr).not.toMatch(/warn/i);
  expect(exitCode, stderr).toBe(0);
  first = await status();
  expect(stdout).toContain(`API         ${first.urls.api?.[0]}/order`);
  expect(stdout).not.toMatch(/postgresql:\/\/|password/i);
});

afterAll(async () => {
  for (const stack of existsSync(join(home, "orders")) ? readdirSync(join(home, "orders")) : []) {
    await orders(["down", "--volumes", "--yes", "--stack", stack]);
  }
  rmSync(home, { recursive: true, force: true });
});

describe("orders up", () => {
  it("leaves a whole pipeline that is ready, supervised, and described without a password", async () => {
    expect(first).toMatchObject({ up: true, healthy: true, engine: "local" });
    expect(first.processes.map(({ name, state, ready }) => [name, state, ready])).toEqual([
      ["kafka", "running", null],
      ["postgres", "running", null],
      ["api-1", "running", true],
      ["consumer-1", "running", true],
    ]);
    expect(first.kafka?.topics.map(({ topic, partitions }) => `${topic} ${partitions}`)).toEqual([
      "orders-placed 50",
      "orders-validated 50",
      "orders-inventory 30",
      "orders-warehouse 20",
      "orders-dlq 5",
    ]);
    expect(first.database?.rows.find(({ table }) => table === "inventory")?.rows).toBe(10);
    expect(JSON.stringify(first)).not.toContain("postgres:");
  });

  it("takes an order over HTTP and reserves it: one is followed to its row", async () => {
    const { stdout, stderr, exitCode } = await orders([
      ...["order", "--customer", "CUST001", "--product", "PROD001", "--quantity", "5", "--json"],
    ]);
    expect(exitCode, stderr).toBe(0);
    const journey = JSON.parse(stdout) as OrderJourney;
    expect(journey).toMatchObject({
      ...{ customer_id: "CUST001", quantity: 5, amount: 6499.95, outcome: "reserved" },
      answer: { state: "accepted", text: "HTTP 202" },
      log: { topic: "orders-placed", offset: 0, seen_at_ms: expect.any(Number) },
      stock: { before: { reserved: 0 }, after: { reserved: 5 } },
    });
    const { rows } = (await status()).database ?? {};
    expect(rows?.find(({ table }) => table === "orders")?.rows).toBe(1);
  });

  it("refuses an order in the API's words, places none, and exits 2", async () => {
    const { stderr, exitCode } = await orders(["order", "--quantity", "0"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("refused the order with HTTP 400: quantity must be a whole number");
  });

  it("asks its database as a reader, and lets the consumers only what they write", async () => {
    const who = ["db", "query", "SELECT current_user", "--json"];
    const given = await addresses();
    for (const shell of [{}, given]) {
      const reader = await orders(who, shell);
      expect(JSON.parse(reader.stdout)).toMatchObject({
        results: [{ rows: [{ current_user: "orders_reader" }] }],
      });
      const consumer = await orders([...who, "--write"], shell);
      expect(consumer.stdout).toContain("orders_application");
    }
    const program = ["db", "query", "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'"];
    for (const more of [[], ["--write"]]) {
      const { exitCode, stderr } = await orders([...program, ...more]);
      expect([exitCode, stderr]).toMatchObject([2, expect.stringContaining("--as-owner")]);
    }
    expect((await orders([...program, "--write", "--as-owner"])).exitCode).toBe(0);
    const sessions = await orders([
      ...["db", "query", "--json"],
      "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'orders consume'",
    ]);
    expect(JSON.parse(sessions.stdout)).toMatchObject({
      results: [{ rows: [{ usename: "orders_application" }] }],
    });
    expect(statSync(join(home, "orders/default/engine/roles.json")).mode & 0o777).toBe(0o600);
  });

  it("takes nothing from a local user without the login, and shows its password to nobody", async () => {
    const given = await addresses();
    const at = ["--brokers", given.KAFKA_BROKERS ?? ""];
    for (const stranger of [
      ["lag", "--stack", "no-such", ...at],
      ["topic", "list", "--stack", "no-such", ...at],
    ]) {
      const { exitCode, stderr } = await orders(stranger);
      expect([stranger[0], exitCode]).toEqual([stranger[0], 4]);
      expect(stderr).toMatch(/ask for a login.*status --env/s);
    }
    const wrong = await orders(["lag"], { ...given, ORDERS_STACK: "x", KAFKA_SASL_PASSWORD: "no" });
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      4,
      expect.stringContaining("refused the login"),
    ]);
    const user = await orders(["lag", "--stack", "no-such"], given);
    expect(user.exitCode, user.stderr).toBe(0);

    const { password, controllerPassword } = kafkaLogin();
    expect(given.KAFKA_SASL_PASSWORD).toBe(password);
    const shown = processes().map(({ identity }) =>
      readFileSync(`/proc/${identity.pid}/cmdline`, "utf8"),
    );
    const logs = join(home, "orders/default/logs");
    shown.push(...readdirSync(logs).map((name) => readFileSync(join(logs, name), "utf8")));
    for (const args of [["status"], ["status", "--json"], ["config", "show"], ["ls"], ["doctor"]])
      shown.push((await orders(args)).stdout);
    for (const secret of [password, controllerPassword])
      expect(shown.filter((text) => text.includes(secret ?? ""))).toEqual([]);
    const kafka = join(home, "orders/default/engine/kafka");
    for (const name of readdirSync(kafka).filter((each) => each !== "data"))
      expect([name, statSync(join(kafka, name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it("leaves everything alone the second time", async () => {
    const { exitCode, stderr } = await orders(["up"]);
    expect(exitCode, stderr).toBe(0);
    expect(pidsOf(await status())).toEqual(pidsOf(first));
  });

  it("has ended what is too many when a smaller scale is said to be up", async () => {
    const { exitCode, stderr } = await orders(["up", "--scale", "consumer=2"]);
    expect(exitCode, stderr).toBe(0);
    const { stdout } = await orders(["up", "--scale", "consumer=1", "--json"]);
    expect(pidsOf(JSON.parse(stdout) as StackStatus)).toEqual(pidsOf(first));
  });

  it("supervises: a consumer that is killed comes back and is counted", async () => {
    const { "consumer-1": pid } = pidsOf(first);
    kill(pid);
    const back = await eventually(async () => {
      const found = (await status()).processes.find(({ name }) => name === "consumer-1");
      return found?.ready === true && found.pid !== pid && found;
    }, "a new consumer");
    expect(back.restarts).toBe(1);
  });

  it("repairs what was killed together with its supervisor, and only that", async () => {
    const before = await status();
    kill(before.supervisor?.pid);
    kill(pidsOf(before)["api-1"]);
    const broken = await orders(["status"]);
    expect(broken.exitCode).toBe(4);
    expect(broken.stdout).toContain("No supervisor");
    const { exitCode, stderr } = await orders(["up"]);
    expect(exitCode, stderr).toBe(0);
    const after = await status();
    expect(after.healthy).toBe(true);
    const { "api-1": api, ...others } = pidsOf(after);
    const { "api-1": formerApi, ...formerOthers } = pidsOf(before);
    expect(others).toEqual(formerOthers);
    expect(api).not.toBe(formerApi);
  });

  it("says by which process a port is taken, exits 4, and leaves nothing behind", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    try {
      const args = ["--kafka-port", String(port), "--postgres-port", "0", "--port", "0"];
      const taken = await orders(["up", "--stack", "taken", ...local, ...args]);
      expect(taken.exitCode).toBe(4);
      expect(taken.stderr).toContain(
        `port ${port}, wanted for Kafka, is taken by process ${process.pid}`,
      );
      expect(taken.stderr).toContain("--kafka-port");
      expect(processes("taken")).toEqual([]);
    } finally {
      server.close();
    }
  });

  it("names the other stack when that holds the port", async () => {
    const port = String(first.processes.find(({ name }) => name === "kafka")?.port);
    const taken = await orders(["up", "--stack", "taken", ...local, "--kafka-port", port]);
    expect(taken.exitCode).toBe(4);
    expect(taken.stderr).toContain("orders down --stack default");
  });

  it("rolls back within a bound on Ctrl-C, exit 130", async () => {
    const booting = orders(["up", "--stack", "interrupted", ...local, ...freePorts]);
    await eventually(
      () => processes("interrupted").some(({ service }) => service === "kafka"),
      "Kafka is being started",
    );
    expect((await status("interrupted")).state).toBe("booting");
    booting.kill("SIGINT");
    const { exitCode, stderr } = await booting;
    expect(exitCode).toBe(130);
    expect(stderr).toContain("SIGINT: stopping what was started");
    expect(processes("interrupted")).toEqual([]);
  });
});

describe("beside a stack", () => {
  it("status --env prints lines that a shell understands", async () => {
    const { stdout } = await orders(["status", "--env"]);
    const { stdout: said } = await execa("sh", [
      "-c",
      `${stdout}\necho "$KAFKA_BROKERS $DB_PORT $DB_NAME \${DB_PASSWORD:+secret} $ORDERS_API_URL"`,
    ]);
    const { port } = first.processes.find(({ name }) => name === "postgres") ?? {};
    expect(said).toBe(`${first.kafka?.brokers} ${port} orders secret ${first.urls.api?.[0]}`);
  });

  it("ls names every stack with its state, ports and size, and what is left over", async () => {
    mkdirSync(join(home, "orders", "verify-0badcafe"));
    const listed = await orders(["ls", "--json"]);
    expect(listed.exitCode, listed.stderr).toBe(0);
    const { stacks } = JSON.parse(listed.stdout) as { stacks: readonly StackSummary[] };
    const { port } = first.processes.find(({ name }) => name === "kafka") ?? {};
    expect(stacks.find(({ stack }) => stack === "default")).toMatchObject({
      ...{ state: "up", engine: "local", left_over: null, bytes: expect.any(Number) },
      ...{ processes: { running: 4, all: 4 }, ports: { kafka: port } },
    });
    const left = stacks.find(({ stack }) => stack === "verify-0badcafe");
    expect(left).toMatchObject({ state: "half_made", left_over: "half_made" });
    const [, ...remove] = left?.remove?.split(" ") ?? [];
    expect((await orders(remove)).exitCode).toBe(0);
    expect(existsSync(join(home, "orders", "verify-0badcafe"))).toBe(false);
  });

  it("status --wait ends when all is ready, or with 4 when the time is over", async () => {
    expect((await orders(["status", "--wait", "--timeout", "30s"])).exitCode).toBe(0);
    const none = await orders(["status", "--wait", "--timeout", "0s", "--stack", "no-such"]);
    expect(none.exitCode).toBe(4);
    expect(none.stdout).toContain("There is no stack no-such here. `orders up --stack no-such`");
  });

  it("logs shows each service, and refuses one that is not there", async () => {
    const kafka = await orders(["logs", "kafka", "-n", "3"]);
    expect(kafka.stdout.split("\n")).toHaveLength(3);
    const all = await orders(["logs", "-n", "1", "--json"]);
    const { lines } = JSON.parse(all.stdout) as { lines: { service: string }[] };
    expect(new Set(lines.map(({ service }) => service))).toEqual(
      // The log of the consumer that was too many outlives it.
      new Set(["kafka", "postgres", "api-1", "consumer-1", "consumer-2"]),
    );
    expect((await orders(["logs", "mongodb"])).exitCode).toBe(2);
  });

  it("logs statements without their parameters while it is told to, without a restart", async () => {
    const logged = async (text: string) => {
      await orders(["db", "query", `SELECT '${text}' AS said, $1 AS hidden`, "--param", "S3CRET"]);
      return (await orders(["logs", "postgres", "-n", "500"])).stdout;
    };
    const on = await orders(["up", "--only", "infra", "--log-statements"]);
    expect(on.exitCode, on.stderr).toBe(0);
    const log = await logged("while on");
    expect(log).toContain("SELECT 'while on' AS said, $1 AS hidden");
    expect(log).not.toContain("S3CRET");
    const off = await orders(["up", "--only", "infra", "--no-log-statements"]);
    expect(off.exitCode, off.stderr).toBe(0);
    expect(await logged("while off")).not.toContain("while off");
    expect(pidsOf(await status()).postgres).toBe(pidsOf(first).postgres);
  });

  it("db slow finds statements counted, since the local engine loads what counts them", async () => {
    const { stdout, exitCode } = await orders(["db", "slow", "--limit", "100", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ hidden_statements: 0 });
    expect(stdout).toContain("CREATE TABLE orders");
  });

  it("doctor says that the engine works, and what one replica is worth", async () => {
    const { stdout, exitCode } = await orders(["doctor"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("min.insync.replicas: 1 on orders-placed");
  });
});

describe("a stack on services that others started", () => {
  const guest = ["--stack", "guest"];

  it("keeps their addresses while it is down, and removes nothing of theirs", async () => {
    const given = await addresses();
    const made = await orders(["up", ...guest, "--only", "infra"], given);
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stderr).toContain("left as it is");
    expect((await orders(["down", ...guest])).exitCode).toBe(0);
    const again = await orders(["up", ...guest, "--only", "infra"]);
    expect(again.exitCode, again.stderr).toBe(0);
    expect((await status("guest")).database?.problem).toBeNull();
    expect((await orders(["down", ...guest, "--volumes"])).exitCode).toBe(2);
    const down = await orders(["down", ...guest, "--json"]);
    expect(JSON.parse(down.stdout)).toMatchObject({ data_removed: false });
    const forgotten = await orders(["down", ...guest, "--forget"]);
    expect(forgotten.exitCode, forgotten.stderr).toBe(0);
    expect(existsSync(join(home, "orders", "guest"))).toBe(false);
    expect((await status()).database?.rows.find(({ table }) => table === "orders")?.rows).toBe(1);
  });
});

describe("what is named by hand", () => {
  it("is what is changed: another system that the shell names is a contradiction", async () => {
    const given = await addresses();
    for (const command of [
      ["stock", "set", "PROD007", "--available", "0"],
      ["stock", "add", "PROD007", "5"],
      ["stock", "spread", "PROD007", "--slots", "2"],
      ["stock", "gather", "PROD007"],
      ["reset", "--yes", "--i-own-this"],
      ["audit", "race", "--stock", "5"],
      ["dlq", "replay", "--all"],
      ["db", "query", "--write", "DELETE FROM orders"],
      ["produce", "--rate", "1", "--duration", "1s"],
      ["bench", "drain", "--orders", "100"],
    ]) {
      const { exitCode, stderr } = await orders([...command, "--stack", "typo"], given);
      expect([command[0], exitCode]).toEqual([command[0], 2]);
      expect(stderr).toContain("no stack named typo is up");
    }
    expect((await status()).database?.rows.find(({ table }) => table === "orders")?.rows).toBe(1);
  });

  it("goes only with a yes: reset says what would go, and touches nothing", async () => {
    const { exitCode, stderr } = await orders(["reset"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/1 orders and 0 dead letters in .*stock of 10 products/);
    expect((await status()).database?.rows.find(({ table }) => table === "orders")?.rows).toBe(1);
  });

  it("is no other's through a link or a copy of a stack's directory", async () => {
    const [own, link, copy] = ["default", "link", "copy"].map((name) => join(home, "orders", name));
    symlinkSync(own ?? "", link ?? "");
    const linked = await orders(["down", "--volumes", "--yes", "--stack", "link"]);
    expect([linked.exitCode, linked.stderr]).toEqual([4, expect.stringContaining("symbolic link")]);
    rmSync(link ?? "");
    // All that says where processes and data are; the data itself changes while it would be copied.
    for (const part of ["stack.json", "settings.json", "supervisor", "engine/local.json"])
      cpSync(join(own ?? "", part), join(copy ?? "", part), { recursive: true });
    const copied = await orders(["down", "--volumes", "--yes", "--stack", "copy"]);
    expect(copied.exitCode, copied.stderr).toBe(0);
    expect(existsSync(copy ?? "")).toBe(false);
    expect((await status()).healthy).toBe(true);
    expect(pidsOf(await status()).postgres).toBe(pidsOf(first).postgres);
  });
});

describe("orders down", () => {
  let pointedAtIt: Record<string, string>;
  let login: Record<string, string>;
  beforeAll(async () => {
    pointedAtIt = await addresses();
    login = kafkaLogin();
  });

  it("leaves no process, whatever was killed, and keeps the data", async () => {
    kill((await status()).supervisor?.pid);
    kill(pidsOf(await status())["consumer-1"]);
    const { exitCode, stdout, stderr } = await orders(["down"]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("Stopped");
    expect(processes()).toEqual([]);
    expect(await status()).toMatchObject({ up: false, state: "stopped" });
    expect((await orders(["status"])).stdout).toContain("its data is kept");
    expect((await orders(["down"])).stdout).toContain("Nothing");
  });

  it("lets the next up find the data, and --volumes remove it", async () => {
    // From a shell that still names its addresses: they do not make it an external one.
    const { exitCode, stderr } = await orders(["up", "--only", "infra"], pointedAtIt);
    expect(exitCode, stderr).toBe(0);
    const { database, processes: running } = await status();
    expect(running.map(({ name }) => name)).toEqual(["kafka", "postgres"]);
    expect(database?.rows.find(({ table }) => table === "orders")?.rows).toBe(1);
    expect(kafkaLogin()).toEqual(login);
    const open = await orders(["up", "--only", "infra", "--kafka-auth", "none"]);
    expect(open.exitCode, open.stderr).toBe(0);
    expect(await addresses()).toEqual({
      DATABASE_URL: pointedAtIt.DATABASE_URL,
      KAFKA_BROKERS: pointedAtIt.KAFKA_BROKERS,
    });
    const anyone = await orders([
      "topic",
      "list",
      "--stack",
      "x",
      "--brokers",
      pointedAtIt.KAFKA_BROKERS ?? "",
    ]);
    expect(anyone.exitCode, anyone.stderr).toBe(0);
    const theirs = join(home, "orders", "default", "notes.txt");
    writeFileSync(theirs, "not made by orders");
    const unasked = await orders(["down", "--volumes"]);
    expect(unasked.exitCode).toBe(2);
    // What would go is said with its counts.
    expect(unasked.stderr).toMatch(/1 in orders.*5 topics with \d+ messages.* MiB in /s);
    expect(unasked.stderr).toContain("--yes");
    expect((await status()).healthy).toBe(true);
    const removed = await orders(["down", "--volumes", "--yes"]);
    expect(removed.exitCode, removed.stderr).toBe(0);
    expect(removed.stderr).toContain("notes.txt");
    expect(readdirSync(join(home, "orders", "default"))).toEqual(["notes.txt"]);
    rmSync(join(home, "orders", "default"), { recursive: true });
    expect(processes()).toEqual([]);
  });
});
