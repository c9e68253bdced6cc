import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixConnections } from "../../../../../src/runtime/kafka/kafkajs-internals/fix-connections.ts";

interface Connection {
  authHandlers: unknown;
  authenticatedAt: unknown;
  sessionLifetime: { toString(): string };
  isConnected(): boolean;
  isAuthenticated(): boolean;
  connect(): Promise<true>;
  disconnect(): Promise<true>;
  send(exchange: object): Promise<unknown>;
  sendAuthRequest(exchange: object): Promise<unknown>;
}

const require = createRequire(import.meta.url);
const silent = { namespace: () => silent, debug() {}, info() {}, warn() {}, error() {} };

/** kafkajs's own class, in a copy that nothing has mended, or the mended one. */
function connectionClass(mended: boolean): new (options: object) => Connection {
  const path = require.resolve("kafkajs/src/network/connection");
  const queue = require.resolve("kafkajs/src/network/requestQueue");
  const loaded = [path, queue].map((each) => [each, require.cache[each]] as const);
  if (mended) {
    fixConnections();
    return require(path);
  }
  for (const [each] of loaded) delete require.cache[each];
  const original = require(path);
  for (const [each, module] of loaded) if (module !== undefined) require.cache[each] = module;
  return original;
}

/** ApiVersions as kafkajs asks: answered with the bytes of the answer as text. */
const question = {
  request: {
    apiKey: 18,
    apiVersion: 0,
    apiName: "ApiVersions",
    encode: async () => ({ buffer: Buffer.alloc(0), buf: Buffer.alloc(0), size: () => 0 }),
  },
  response: {
    decode: async (payload: Buffer) => ({ text: payload.toString() }),
    parse: async ({ text }: { text: string }) => text,
  },
};
const answerTo = (request: Buffer, text: string) => {
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + text.length, 0);
  request.copy(head, 4, 8, 12);
  return Buffer.concat([head, Buffer.from(text)]);
};

let server: Server;
/** What the server does with the nth request, from 0; else it answers. */
let misbehave: (n: number, socket: Socket, request: Buffer) => boolean;
let asked: number;
let accepted: number;
beforeEach(async () => {
  asked = 0;
  accepted = 0;
  misbehave = () => false;
  server = createServer((socket) => {
    accepted += 1;
    socket.on("error", () => {});
    socket.on("data", (request: Buffer) => {
      const n = asked++;
      if (!misbehave(n, socket, request)) socket.write(answerTo(request, `answer ${n}`));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.close();
});

const connectionOf = (mended: boolean, options: object = {}) =>
  new (connectionClass(mended))({
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    logger: silent,
    requestTimeout: 200,
    connectionTimeout: 1_000,
    socketFactory: ({ host, port, onConnect }: { host: string; port: number; onConnect(): void }) =>
      connect({ host, port }, onConnect),
    ...options,
  });

describe("a connection of kafkajs", () => {
  it.each([1, 3, 4, 5, 8, 10])("forgets %i bytes of an answer that was cut off", async (bytes) => {
    misbehave = (n, socket, request) => {
      if (n > 0) return false;
      socket.end(answerTo(request, "an answer that is cut off").subarray(0, bytes));
      return true;
    };
    const connection = connectionOf(true);
    await connection.connect();
    await expect(connection.send(question)).rejects.toMatchObject({ retriable: true });
    await connection.connect();
    await expect(connection.send(question)).resolves.toBe("answer 1");
    await connection.disconnect();
  });

  it("was not understood any more after that in the original", async () => {
    misbehave = (n, socket, request) => {
      if (n > 0) return false;
      socket.end(answerTo(request, "an answer that is cut off").subarray(0, 10));
      return true;
    };
    const connection = connectionOf(false);
    await connection.connect();
    await expect(connection.send(question)).rejects.toThrow("Closed");
    await connection.connect();
    await expect(connection.send(question)).rejects.toThrow("timed out");
    await connection.disconnect();
  });

  it.each([
    ["a negative length", (request: Buffer) => request.writeInt32BE(-5, 0)],
    ["a length beyond all bounds", (request: Buffer) => request.writeInt32BE(0x7fffffff, 0)],
    ["a length of nothing", (request: Buffer) => request.writeInt32BE(0, 0)],
    ["an answer to something else", (request: Buffer) => request.writeInt32BE(99, 4)],
  ])("is given up at once after %s, and works when opened anew", async (_, garble) => {
    misbehave = (n, socket, request) => {
      if (n > 0) return false;
      const answer = answerTo(request, "garbled");
      garble(answer);
      socket.write(answer);
      return true;
    };
    const connection = connectionOf(true, { requestTimeout: 10_000 });
    await connection.connect();
    await expect(connection.send(question)).rejects.toThrow("Connection error");
    expect(connection.isConnected()).toBe(false);
    await connection.connect();
    await expect(connection.send(question)).resolves.toBe("answer 1");
    await connection.disconnect();
  });

  it("is given up when an answer ends before its content does", async () => {
    const connection = connectionOf(true);
    await connection.connect();
    const decode = async (payload: Buffer) => payload.readInt32BE(1_000);
    const short = { ...question, response: { ...question.response, decode } };
    await expect(connection.send(short)).rejects.toMatchObject({ retriable: true });
    expect(connection.isConnected()).toBe(false);
  });

  it("is given up with all that waits when an answer does not come", async () => {
    misbehave = (n) => n === 0;
    const connection = connectionOf(true, { maxInFlightRequests: 1 });
    await connection.connect();
    const [first, second] = await Promise.allSettled([
      connection.send(question),
      connection.send(question),
    ]);
    expect(first).toMatchObject({ reason: { name: "KafkaJSRequestTimeoutError" } });
    expect(second.status).toBe("rejected");
    expect(connection.isConnected()).toBe(false);
    await connection.connect();
    await expect(connection.send(question)).resolves.toMatch(/^answer/);
    await connection.disconnect();
  });

  it("opens one socket for all who ask at once", async () => {
    const connection = connectionOf(true);
    await Promise.all([connection.connect(), connection.connect(), connection.connect()]);
    await connection.send(question);
    expect(accepted).toBe(1);
    await connection.disconnect();
  });

  it("waits for no login that lost its socket", async () => {
    misbehave = (_, socket) => {
      socket.resetAndDestroy();
      return true;
    };
    const connection = connectionOf(true);
    await connection.connect();
    const encode = async () => Buffer.from("login");
    const login = connection.sendAuthRequest({ ...question, request: { encode } });
    await expect(login).rejects.toMatchObject({ retriable: true });
    expect(connection.authHandlers).toBeNull();
  });

  it.each([
    [1_000, 800, 900],
    [10_000, 8_400, 8_600],
    [3_600_000, 3_589_000, 3_591_000],
  ])("of a session of %i ms logs in again before its end, and not before that", (life, early, late) => {
    const connection = connectionOf(true, { sasl: { mechanism: "plain" } });
    connection.sessionLifetime = new (require("kafkajs/src/utils/long"))(BigInt(life));
    const loggedInMsAgo = (ms: number) => {
      const nowNs = process.hrtime.bigint() - BigInt(ms) * 1_000_000n;
      connection.authenticatedAt = [Number(nowNs / 1_000_000_000n), Number(nowNs % 1_000_000_000n)];
      return connection.isAuthenticated();
    };
    expect(loggedInMsAgo(early - 20)).toBe(true);
    expect(loggedInMsAgo(late)).toBe(false);
  });
});
