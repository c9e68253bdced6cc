import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A message of PostgreSQL's protocol: its type, and what follows the length. */
export interface Frame {
  readonly type: string;
  readonly body: Buffer;
}

interface Cut {
  /** Whether the server gets the message and answers it before both ends lose the connection. */
  readonly delivered: boolean;
  readonly matches: (frame: Frame) => boolean;
  readonly done: () => void;
}

/** Stands between a client and PostgreSQL, and cuts a connection at a message of the client's. */
export class CuttingProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: Cut | undefined;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    const url = new URL(target);
    url.hostname = "127.0.0.1";
    url.port = String((server.address() as AddressInfo).port);
    this.url = url.href;
    server.on("connection", (client) => this.#join(client, target));
  }

  static async start(databaseUrl: string): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new CuttingProxy(server, new URL(databaseUrl));
  }

  /** Cuts at the next message that matches. Resolves when it is done. */
  cutAt(matches: (frame: Frame) => boolean, options: { delivered: boolean }): Promise<void> {
    return new Promise((done) => {
      this.#cut = { ...options, matches, done };
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, target: URL): void {
    const server = connect({ host: target.hostname, port: Number(target.port || 5432) });
    const both = [client, server];
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        for (const end of both) end.destroy();
      });
    }
    let holding: Cut | undefined;
    // The first message has no type.
    const requests = new FrameReader(false);
    const answers = new FrameReader(true);
    const cut = (done: () => void) => {
      for (const end of both) end.resetAndDestroy();
      done();
    };
    client.on("data", (data) => {
      for (const { frame, bytes } of requests.read(data)) {
        const now = this.#cut?.matches(frame) === true ? this.#cut : undefined;
        if (now !== undefined) {
          this.#cut = undefined;
          if (!now.delivered) return cut(now.done);
          holding = now;
        }
        server.write(bytes);
      }
    });
    server.on("data", (data) => {
      if (holding === undefined) {
        for (const _ of answers.read(data));
        client.write(data);
        return;
      }
      // Answered in full, and nobody hears of it.
      for (const { frame } of answers.read(data)) if (frame.type === "Z") return cut(holding.done);
    });
  }
}

class FrameReader {
  #rest = Buffer.alloc(0);
  #typed: boolean;

  constructor(typed: boolean) {
    this.#typed = typed;
  }

  *read(data: Buffer): Generator<{ readonly frame: Frame; readonly bytes: Buffer }> {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const head = this.#typed ? 1 : 0;
      if (this.#rest.length < head + 4) return;
      const length = head + this.#rest.readInt32BE(head);
      if (this.#rest.length < length) return;
      const bytes = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      const type = this.#typed ? String.fromCharCode(bytes[0] ?? 0) : "";
      this.#typed = true;
      yield { frame: { type, body: bytes.subarray(head + 4) }, bytes };
    }
  }
}
