import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { json, text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createTestTopic, eventually } from "../services.ts";
import { ApiProcess } from "./api-process.ts";
import { readLog } from "./read-log.ts";
import { anOrder } from "./running-api.ts";

interface Load {
  readonly accepted: string[];
  /** Other answers, and how connections ended. */
  readonly others: string[];
  stop(): Promise<void>;
}

/** Clients that place one order after the other until they are refused for good. */
function placeOrders(url: string, clients: number): Load {
  const accepted: string[] = [];
  const others: string[] = [];
  let stopped = false;
  const body = JSON.stringify(anOrder());
  const headers = { "content-type": "application/json" };
  const client = async () => {
    while (!stopped) {
      try {
        const answer = await fetch(`${url}/order`, { method: "POST", headers, body });
        const { order_id } = (await answer.json()) as { order_id: string };
        if (answer.status === 202) accepted.push(order_id);
        else others.push(String(answer.status));
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as { code?: string };
        others.push(code ?? String(error));
        if (code === "ECONNREFUSED") return;
      }
    }
  };
  const running = Array.from({ length: clients }, client);
  return {
    accepted,
    others,
    stop: async () => {
      stopped = true;
      await Promise.all(running);
    },
  };
}

async function idsInLog(kafka: Parameters<typeof readLog>[0], topic: string): Promise<string[]> {
  return (await readLog(kafka, topic)).map(({ value }) => JSON.parse(value).order_id as string);
}

test.each([
  1, 2,
])("SIGTERM under load, %i processes: everything accepted is answered", async (n) => {
  const { topic, kafka, drop } = await createTestTopic(10);
  await using api = new ApiProcess(["--port", "0", "--instances", String(n), "--json"], {
    KAFKA_TOPIC: topic,
  });
  const url = await api.ready();
  const load = placeOrders(url, 50);
  await eventually(() => load.accepted.length > 1_000, "orders are accepted");
  api.signal("SIGTERM");
  const { exitCode, stdout, stderr } = await api.ended;
  await load.stop();
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("listening")]);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ topic, instances: n, restarts: 0, unknown_orders: 0 });
  // Answered or refused; at most a connection that was idle is closed under the client's next try.
  const unexpected = load.others.filter((other) => !/^(503|ECONN\w+|UND_ERR_SOCKET)$/.test(other));
  expect(unexpected).toEqual([]);
  const ids = await idsInLog(kafka, topic);
  expect(ids).toHaveLength(result.accepted_orders);
  expect(new Set(ids)).toEqual(new Set(load.accepted));
  await drop();
});

/** The primary has other children too: the loader of the sources keeps a compiler. */
function workersOf(api: ApiProcess): number[] {
  const children = ["-o", "pid=,args=", "--ppid", String(api.child.pid)];
  return execFileSync("ps", children, { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("api-worker"))
    .map((line) => Number.parseInt(line, 10));
}

/** A new connection for every order: each may be the one that is on its way to a dying process. */
async function placeOnNewConnections(url: string, until: () => boolean): Promise<string[]> {
  const accepted: string[] = [];
  const body = JSON.stringify(anOrder());
  const place = () =>
    new Promise<void>((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": body.length };
      const sent = request(`${url}/order`, { method: "POST", headers, agent: false }, (answer) => {
        json(answer).then((parsed) => {
          if (answer.statusCode === 202) accepted.push((parsed as { order_id: string }).order_id);
          resolve();
        }, resolve);
      });
      sent.setTimeout(15_000, () => reject(new Error("a connection was never answered")));
      sent.once("error", () => resolve());
      sent.end(body);
    });
  const client = async () => {
    while (!until()) await place();
  };
  await Promise.all(Array.from({ length: 20 }, client));
  return accepted;
}

test("a killed process is replaced: no order is lost, no connection left unanswered", async () => {
  const { topic, kafka, drop } = await createTestTopic(10);
  await using api = new ApiProcess(["--port", "0", "--instances", "2"], { KAFKA_TOPIC: topic });
  const url = await api.ready();
  let done = false;
  const placing = placeOnNewConnections(url, () => done);
  const deaths = () => api.log.split("died (SIGKILL), next in").length - 1;
  for (let kill = 1; kill <= 3; kill += 1) {
    const pid = await eventually(() => workersOf(api)[0], "a process is running");
    process.kill(pid, "SIGKILL");
    await eventually(() => deaths() === kill, "the death is logged");
    await api.ready();
  }
  done = true;
  const accepted = await placing;
  api.signal("SIGTERM");
  expect((await api.ended).exitCode).toBe(0);
  const ids = new Set(await idsInLog(kafka, topic));
  expect(accepted.length).toBeGreaterThan(0);
  expect(accepted.filter((id) => !ids.has(id))).toEqual([]);
  await drop();
});

test("a port that is taken: says which, offers --port, exits 4", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await eventually(() => holder.listening, "the port is held");
  const { port } = holder.address() as AddressInfo;
  for (const instances of ["1", "2"]) {
    await using api = new ApiProcess(["--instances", instances], { PORT: String(port) });
    const { exitCode, stderr } = await api.ended;
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(stderr).toContain("--port");
  }
  const json = await new ApiProcess(["--port", String(port), "--json"]).ended;
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { kind: "environment", exit_code: 4 } });
  holder.close();
});

test("what is not proper HTTP is answered as JSON too, or cut off", async () => {
  const { topic, drop } = await createTestTopic(1);
  await using api = new ApiProcess(["--port", "0"], { KAFKA_TOPIC: topic });
  const url = new URL(await api.ready());
  const raw = async (request: string) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.end(request);
    return text(socket);
  };
  const body = JSON.stringify(anOrder());
  const twice = await raw(
    `POST /order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(twice).toMatch(/^HTTP\/1.1 400 [\s\S]*"error":"invalid_idempotency_key"/);
  expect(await raw("NONSENSE\r\n\r\n")).toMatch(/^HTTP\/1.1 400 [\s\S]*"error":"bad_request"/);
  const header = `GET /health HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(70_000)}\r\n\r\n`;
  expect(await raw(header)).toMatch(/^HTTP\/1.1 431 [\s\S]*"error":"bad_request"/);
  api.signal("SIGTERM");
  const { exitCode, stdout } = await api.ended;
  expect(exitCode).toBe(0);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).msg),
  ).toEqual([expect.stringMatching(/^listening on http/), "stopped"]);
  await drop();
});
