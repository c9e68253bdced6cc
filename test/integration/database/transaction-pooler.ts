import { createServer, type Server, type Socket } from "node:net";
import pg from "pg";

/**
 * A connection pooler that gives each transaction the session that has rested longest, over the real
 * PostgreSQL: what PgBouncer does with pool_mode = transaction, where prepared statements are not
 * followed. Two transactions of one client never find the same session while there are several.
 */
export interface TransactionPooler {
  /** PostgreSQL's URL through the pooler. */
  readonly url: string;
  /** Asks each session, in turn, while no client uses it. */
  inEachSession<Row>(text: string): Promise<readonly Row[]>;
  close(): void;
}

interface PoolerOptions {
  readonly sessions: number;
  /** Like PgBouncer as shipped: a login that asks for other settings is refused. */
  readonly refusesParameters?: boolean;
}

/** Kept apart by every pooler; the rest of a login is ignored or refused. */
const kept =
  /^(user|database|application_name|client_encoding|datestyle|timezone|standard_conforming_strings)$/i;

class Session {
  readonly client: pg.Client;
  /** Whoever has it until its transaction ends. */
  user: PooledClient | undefined;
  #rest = Buffer.alloc(0);

  constructor(client: pg.Client) {
    this.client = client;
  }

  get stream(): Socket {
    return this.client.connection.stream as Socket;
  }

  /** From now on its bytes belong to the pooler. */
  takeOver(onReady: (status: string) => void): void {
    this.stream.removeAllListeners("data");
    this.stream.on("error", () => {});
    this.stream.on("data", (bytes: Buffer) => {
      const user = this.user;
      user?.socket.write(bytes);
      this.#rest = Buffer.concat([this.#rest, bytes]);
      for (;;) {
        const length =
          this.#rest.length < 5 ? Number.POSITIVE_INFINITY : 1 + this.#rest.readInt32BE(1);
        if (this.#rest.length < length) return;
        const isReady = this.#rest[0] === "Z".charCodeAt(0);
        const status = String.fromCharCode(this.#rest[5] ?? 0);
        this.#rest = this.#rest.subarray(length);
        if (isReady) onReady(status);
      }
    });
  }
}

class PooledClient {
  readonly socket: Socket;
  /** Bytes that wait for a session. */
  waiting: Buffer[] = [];
  /** Sync and Query messages without their ReadyForQuery. */
  outstanding = 0;
  session: Session | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }
}

const message = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
};
const int = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const words = (...values: string[]) => Buffer.from(values.map((value) => `${value}\0`).join(""));

export async function startTransactionPooler(
  databaseUrl: string,
  { sessions: count, refusesParameters = false }: PoolerOptions,
): Promise<TransactionPooler> {
  const open = async (): Promise<Session> => {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: "pooler" });
    client.on("error", () => {});
    await client.connect();
    const session = new Session(client);
    session.takeOver((status) => {
      const { user } = session;
      if (user === undefined) return;
      user.outstanding--;
      if (status === "I" && user.outstanding === 0) giveBack(session);
    });
    return session;
  };
  const all: Session[] = await Promise.all(Array.from({ length: count }, open));
  const resting = [...all];
  const queue: PooledClient[] = [];
  let closing = false;

  function giveBack(session: Session): void {
    if (session.user !== undefined) session.user.session = undefined;
    session.user = undefined;
    resting.push(session);
    serve();
  }

  function serve(): void {
    while (queue.length > 0 && resting.length > 0) {
      const [client, session] = [queue.shift(), resting.shift()];
      if (client === undefined || session === undefined) return;
      client.session = session;
      session.user = client;
      for (const bytes of client.waiting.splice(0)) session.stream.write(bytes);
    }
  }

  function forward(client: PooledClient, bytes: Buffer): void {
    const type = String.fromCharCode(bytes[0] ?? 0);
    if (type === "X") return void client.socket.end();
    if (type === "S" || type === "Q") client.outstanding++;
    if (client.session !== undefined) return void client.session.stream.write(bytes);
    client.waiting.push(bytes);
    if (!queue.includes(client)) queue.push(client);
    serve();
  }

  /** @returns false when the login is refused. */
  function login(client: PooledClient, startup: Buffer): boolean {
    const fields = startup.subarray(8).toString().split("\0");
    const names = fields.filter((_, index) => index % 2 === 0 && fields[index] !== "");
    const unknown = names.find((name) => !kept.test(name));
    if (refusesParameters && unknown !== undefined) {
      const text = `Munsupported startup parameter: ${unknown}`;
      client.socket.end(message("E", words("SFATAL", "C08P01", text), Buffer.alloc(1)));
      return false;
    }
    // A key of the pooler's own: the client has no session yet.
    const parameters = { server_version: "18.0", client_encoding: "UTF8", DateStyle: "ISO, MDY" };
    client.socket.write(
      Buffer.concat([
        message("R", int(0)),
        ...Object.entries(parameters).map((pair) => message("S", words(...pair))),
        message("K", int(1), int(4711)),
        message("Z", Buffer.from("I")),
      ]),
    );
    return true;
  }

  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const client = new PooledClient(socket);
    let rest = Buffer.alloc(0);
    let loggedIn = false;
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      const { session } = client;
      const at = queue.indexOf(client);
      if (at >= 0) queue.splice(at, 1);
      if (session === undefined) return;
      // In the middle of a transaction: the session goes with it.
      session.user = undefined;
      session.stream.destroy();
      all.splice(all.indexOf(session), 1);
      if (!closing)
        void open().then(
          (another) => {
            all.push(another);
            giveBack(another);
          },
          () => {}, // its database is gone
        );
    });
    socket.on("data", (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        const at = loggedIn ? 1 : 0;
        if (rest.length < at + 4) return;
        const length = at + rest.readInt32BE(at);
        if (rest.length < length) return;
        const whole = rest.subarray(0, length);
        rest = rest.subarray(length);
        if (loggedIn) forward(client, whole);
        else if (!login(client, whole)) return;
        else loggedIn = true;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    async inEachSession<Row>(text: string) {
      const through = new pg.Client(url.href);
      await through.connect();
      const rows: Row[] = [];
      for (let index = 0; index < count; index++)
        rows.push(...((await through.query(text)).rows as Row[]));
      await through.end();
      return rows;
    },
    close() {
      closing = true;
      server.close();
      for (const socket of sockets) socket.destroy();
      for (const session of all) session.stream.destroy();
    },
  };
}
