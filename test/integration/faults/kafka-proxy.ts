import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Kafka's API keys, of the answers that tests meddle with. */
export const answersTo = {
  Produce: 0,
  Fetch: 1,
  Metadata: 3,
  FindCoordinator: 10,
  JoinGroup: 11,
  SyncGroup: 14,
  ApiVersions: 18,
  InitProducerId: 22,
} as const;

export interface Fault {
  readonly answer: keyof typeof answersTo;
  /** So much of the answer still comes, its length of four bytes included. */
  readonly afterBytes: number;
  /**
   * Then: the connection is reset; ended; nothing comes any more, of this answer or a later one; or
   * (with afterBytes 0) the length says something else and everything else comes as it was.
   */
  readonly end: "reset" | "close" | "stall" | { readonly length: number };
}

/** Stands between clients and a broker that advertises it, and meddles with the broker's answers. */
export class KafkaProxy {
  readonly port: number;
  #brokerPort = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #fault: { readonly fault: Fault; left: number; readonly done: () => void } | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (client) => this.#join(client));
  }

  static async start(): Promise<KafkaProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new KafkaProxy(server);
  }

  to(brokerPort: number): void {
    this.#brokerPort = brokerPort;
  }

  /** Meddles with the next answers of that kind, so many of them. Resolves when the last one was. */
  meddle(fault: Fault, times = 1): Promise<void> {
    return new Promise((done) => {
      this.#fault = { fault, left: times, done };
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const broker = connect({ host: "127.0.0.1", port: this.#brokerPort });
    const both = [client, broker];
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        for (const other of both) other.destroy();
      });
    }
    const keys = new Map<number, number>();
    const requests = new Frames();
    const answers = new Frames();
    let isStalled = false;
    client.on("data", (data) => {
      for (const frame of requests.read(data)) keys.set(frame.readInt32BE(8), frame.readInt16BE(4));
      broker.write(data);
    });
    broker.on("data", (data) => {
      for (const frame of answers.read(data)) {
        if (isStalled) return;
        const fault = this.#take(keys.get(frame.readInt32BE(4)));
        if (fault === undefined) {
          client.write(frame);
          continue;
        }
        const { end } = fault;
        if (typeof end === "object") {
          frame.writeInt32BE(end.length, 0);
          client.write(frame);
          continue;
        }
        isStalled = true;
        // Sent before the end is: the client is to see the part, then the end.
        client.write(frame.subarray(0, fault.afterBytes), () => {
          if (end === "reset") client.resetAndDestroy();
          if (end === "close") client.end();
        });
      }
    });
  }

  #take(key: number | undefined): Fault | undefined {
    const armed = this.#fault;
    if (armed === undefined || key !== answersTo[armed.fault.answer]) return undefined;
    armed.left -= 1;
    if (armed.left === 0) {
      this.#fault = undefined;
      armed.done();
    }
    return armed.fault;
  }
}

class Frames {
  #rest = Buffer.alloc(0);

  *read(data: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= 4) {
      const length = 4 + this.#rest.readInt32BE(0);
      if (this.#rest.length < length) return;
      const frame = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      yield frame;
    }
  }
}
