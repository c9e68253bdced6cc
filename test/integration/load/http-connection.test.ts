import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type {
  Exchange,
  HttpConnection,
  RequestContent,
} from "../../../src/load/sending/http/exchange.ts";
import { PlainConnection } from "../../../src/load/wiring/http/plain-connection.ts";
import { TlsConnection } from "../../../src/load/wiring/http/tls-connection.ts";

let server: Server | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((closed) => (server === undefined ? closed(0) : server.close(closed)));
  server = undefined;
});

/** A server of bytes: told of each request that it has whole (all of them have `content-length`). */
async function start(
  answer: (socket: Socket, n: number, request: string) => void,
  Connection: typeof PlainConnection | typeof TlsConnection = PlainConnection,
) {
  const seen = { requests: [] as string[], connections: 0 };
  const started = createServer((socket) => {
    seen.connections++;
    sockets.push(socket);
    let text = "";
    socket.on("error", () => {});
    socket.setEncoding("latin1").on("data", (piece) => {
      text += piece;
      const head = text.indexOf("\r\n\r\n") + 4;
      const length = Number(/content-length: (\d+)/.exec(text)?.[1]);
      if (head < 4 || text.length < head + length) return;
      const request = text;
      text = "";
      answer(socket, seen.requests.push(request), request);
    });
  });
  server = started;
  await new Promise<void>((listening) => started.listen(0, "127.0.0.1", listening));
  const { port } = started.address() as { port: number };
  const url = new URL(`http://127.0.0.1:${port}`);
  return { seen, url, connection: new Connection(url, { connectTimeoutMs: 1_000 }) };
}

const order: RequestContent = { method: "POST", path: "/o", headers: ["a", "b"], body: "{}" };

/** @returns what became of it: status and body, or what is said of the error. */
function ask(
  connection: HttpConnection,
  content: RequestContent = order,
  onLeaves: (exchange: Exchange) => boolean = () => true,
): Promise<string> {
  return new Promise((told) => {
    connection.send(content, {
      leaves: (exchange) => {
        const leaves = onLeaves(exchange);
        if (!leaves) told("did not leave");
        return leaves;
      },
      answered: (status, body) => told(`${status} ${body}`),
      broke: (error) => told(error.message),
    });
  });
}

const ok = (body: string, more = "") =>
  `HTTP/1.1 200 OK\r\n${more}content-length: ${body.length}\r\n\r\n${body}`;

/** undici speaks plain HTTP as well as it speaks TLS. */
const connections = [
  ["a connection of our own", PlainConnection],
  ["one for TLS", TlsConnection],
] as const;

describe.each(connections)("%s", (_, Connection) => {
  it("carries one request after the other, also from within an answer", async () => {
    const { seen, connection } = await start((socket, n) => socket.write(ok(`n${n}`)), Connection);
    expect(await ask(connection)).toBe("200 n1");
    const chain = new Promise<string>((told) => {
      let left = 50;
      const next = (last: string): void => {
        if (left-- === 0) told(last);
        else
          connection.send(order, {
            leaves: () => true,
            answered: (_, body) => next(body),
            broke: (error) => told(error.message),
          });
      };
      next("");
    });
    expect(await chain).toBe("n51");
    expect(seen.connections).toBe(1);
    expect(seen.requests[0]).toMatch(/^POST \/o HTTP\/1\.1\r\n/);
    await connection.destroy();
  });

  it("gives up at once what it is told to, and can be used again", async () => {
    const { seen, connection } = await start(
      (socket, n) => n > 1 && socket.write(ok(`n${n}`)),
      Connection,
    );
    let exchange: Exchange | undefined;
    const asked = ask(connection, order, (begun) => {
      exchange = begun;
      return true;
    });
    setTimeout(() => exchange?.abort(), 50);
    expect(await asked).toBe("given up");
    expect(await ask(connection)).toBe("200 n2");
    expect(await ask(connection, order, () => false)).toBe("did not leave");
    expect(await ask(connection)).toBe("200 n3");
    expect(seen.requests).toHaveLength(3);
    // Its answer may still come: that connection is not used again.
    expect(seen.connections).toBeGreaterThan(1);
    await connection.destroy();
  });

  it("opens another where the server lets this one go, and sends nothing twice", async () => {
    const ways: ((socket: Socket) => void)[] = [
      (socket) => socket.write(ok("a", "connection: close\r\n")),
      (socket) => socket.end(ok("b")),
      (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nc"),
      (socket) => socket.write("HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\nd"),
      (socket) => socket.write(ok("e", "keep-alive: timeout=1\r\n")),
      (socket) => socket.write(`${ok("f")}HTTP/1.1 500 Not asked for\r\n\r\n`),
      (socket) => socket.write(ok("g")),
    ];
    const { seen, connection } = await start((socket, n) => ways[n - 1]?.(socket), Connection);
    const answers: string[] = [];
    for (const _ of ways) {
      answers.push(await ask(connection));
      // What it does of itself it does before the next is due.
      await new Promise((passed) => setTimeout(passed, 20));
    }
    expect(answers).toEqual([..."abcdefg"].map((body) => `200 ${body}`));
    expect(seen.requests).toHaveLength(7);
    expect(seen.connections).toBe(7);
    await connection.destroy();
  });
});

describe("a connection of our own", () => {
  it("sends a body of any characters and of any size whole", async () => {
    const { connection } = await start((socket, _, request) => {
      const body = Buffer.from(request.slice(request.indexOf("\r\n\r\n") + 4), "latin1");
      socket.write(ok(`${body.length} ${body.toString().at(-2)?.codePointAt(0)}`));
    });
    const said = async (body: string) => ask(connection, { ...order, body });
    expect(await said("äö!x")).toBe("200 6 33");
    expect(await said(`${"ä".repeat(3_000_000)}!x`)).toBe("200 6000002 33");
    expect(await said(`${"a".repeat(3_000_000)}!x`)).toBe("200 3000002 33");
    await connection.destroy();
  });

  it("takes what nobody asked for as no answer of the next request", async () => {
    const { seen, connection } = await start((socket, n) => {
      socket.write(ok(`n${n}`));
      if (n === 1) setTimeout(() => socket.write(ok("late")), 20);
    });
    expect(await ask(connection)).toBe("200 n1");
    await new Promise((passed) => setTimeout(passed, 60));
    expect(await ask(connection)).toBe("200 n2");
    expect(seen.connections).toBe(2);
    await connection.destroy();
  });

  it("does not use again what the server answered before it had read all", async () => {
    let answered = false;
    const started = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.once("data", () => {
        // Never reads on: the rest of the request is still in our hands.
        socket.pause();
        socket.write(ok(answered ? "second" : "first"));
        answered = true;
      });
    });
    server = started;
    await new Promise<void>((listening) => started.listen(0, "127.0.0.1", listening));
    const { port } = started.address() as { port: number };
    const url = new URL(`http://127.0.0.1:${port}`);
    const connection = new PlainConnection(url, { connectTimeoutMs: 1_000 });
    expect(await ask(connection, { ...order, body: "x".repeat(20_000_000) })).toBe("200 first");
    expect(await ask(connection)).toBe("200 second");
    expect(sockets).toHaveLength(2);
    await connection.destroy();
  });

  it("says what broke", async () => {
    const ways: ((socket: Socket) => void)[] = [
      (socket) => socket.destroy(),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.end(ok("abc").slice(0, -1)),
      (socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n"),
      (socket) => socket.write("hello"),
      (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n"),
    ];
    const { connection } = await start((socket, n) => ways[n - 1]?.(socket));
    const said: string[] = [];
    for (const _ of ways) said.push(await ask(connection));
    expect(said).toEqual([
      ...["connection cut", "read ECONNRESET", "connection cut", "connection cut"],
      ...["not HTTP: an answer's beginning", "answer too large"],
    ]);
    expect(await ask(connection, { ...order, path: "/a b" })).toBe("not a request: its path");
    await connection.destroy();
  });

  it("says that nothing listens before anything has left", async () => {
    const { url, connection } = await start(() => {});
    await new Promise((closed) => server?.close(closed));
    server = undefined;
    const never = () => {
      throw new Error("it left");
    };
    expect(await ask(connection, order, never)).toContain("ECONNREFUSED");
    const destroyed = new PlainConnection(url, { connectTimeoutMs: 1_000 });
    const asked = ask(destroyed, order, never);
    await destroyed.destroy();
    expect(await asked).toBe("closed");
  });

  it("waits for a connection no longer than it was told to", async () => {
    const listen = `require("node:net").createServer().listen({ host: "127.0.0.1", port: 0, backlog: 1 },
      function () { console.log(this.address().port); process.kill(process.pid, "SIGSTOP"); })`;
    const stopped = spawn(process.execPath, ["-e", listen], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [port] = (await once(stopped.stdout, "data")) as [Buffer];
      const url = new URL(`http://127.0.0.1:${String(port).trim()}`);
      const limits = { connectTimeoutMs: 200 };
      // The kernel takes some for it, which never answer, and leaves the others waiting.
      const all = Array.from({ length: 8 }, () => new PlainConnection(url, limits));
      const asked = all.map((each) => ask(each));
      expect(await Promise.race(asked)).toBe("connect timeout");
      await Promise.all(all.map((each) => each.destroy()));
      expect(new Set(await Promise.all(asked))).toEqual(new Set(["connect timeout", "closed"]));
    } finally {
      stopped.kill("SIGKILL");
    }
  });
});
