import { createRequire } from "node:module";
import type { Socket } from "node:net";
import type { ISocketFactory } from "kafkajs";
import { AnswerFrames } from "./answer-frames.ts";

/**
 * kafkajs 2.2.4 keeps one state for a connection over all the sockets it has in its life: bytes of an
 * answer that was cut off stand before the next socket's, so that nothing is understood any more, or a
 * read beyond the end is thrown where nobody catches; events of an old socket end the new one; two
 * requests at once open two sockets over one parser; an authentication that lost its socket is waited
 * for ever, and by every request after it. A request that is never answered leaves its connection
 * open, though answers come in order: those after it wait behind the same missing bytes. So here a
 * socket takes all that belongs to it along when it ends: parser, requests, authentication, throttle.
 */
export function fixConnections(): void {
  if (applied) return;
  applied = true;
  const { send } = connections;
  connections.connect = connect;
  connections.disconnect = disconnect;
  connections.send = function sendGuarded(this: Connection, exchange) {
    return send.call(this, guarded(this, exchange));
  };
  Object.defineProperty(connections, "reauthenticationThreshold", reauthentication);
  requestQueues.scheduleRequestTimeoutCheck = checkTimeouts;
}

interface SocketRequest {
  readonly sentAt: number | null;
  readonly requestTimeout: number;
  timeoutRequest(): void;
}

interface RequestQueue {
  readonly inflight: ReadonlyMap<number, SocketRequest>;
  readonly enforceRequestTimeout: boolean;
  readonly requestTimeout: number;
  throttledUntil: number;
  requestTimeoutIntervalId: NodeJS.Timeout | undefined;
  scheduleRequestTimeoutCheck(): void;
  destroy(): void;
  rejectAll(error: Error): void;
  waitForPendingRequests(): Promise<void>;
  fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void;
}

interface Response {
  decode(payload: Buffer): Promise<unknown>;
}

interface Exchange {
  readonly response: Response;
}

/** The parts of kafkajs 2.2.4's Connection that are put right here, or needed for it. */
interface Connection {
  readonly host: string;
  readonly port: number;
  readonly ssl: object | null;
  readonly socketFactory: ISocketFactory;
  readonly connectionTimeout: number;
  readonly requestQueue: RequestQueue;
  readonly sessionLifetime: { toString(): string };
  connectionStatus: "connected" | "disconnecting" | "disconnected";
  authenticatedAt: unknown;
  authHandlers: { onSuccess(answer: Buffer): void; onError(): void } | null;
  authExpectResponse: boolean;
  socket: Socket | undefined;
  logDebug(message: string): void;
  logError(message: string, extra?: object): void;
  isConnected(): boolean;
  connect(): Promise<true>;
  disconnect(): Promise<true>;
  send(exchange: Exchange): Promise<unknown>;
}

const require = createRequire(import.meta.url);
const { prototype: connections } = require("kafkajs/src/network/connection") as {
  prototype: Connection;
};
const { prototype: requestQueues } = require("kafkajs/src/network/requestQueue") as {
  prototype: RequestQueue;
};
const { KafkaJSConnectionError, KafkaJSConnectionClosedError } = require("kafkajs/src/errors") as {
  KafkaJSConnectionError: new (message: string, at: { broker: string; code?: string }) => Error;
  KafkaJSConnectionClosedError: new (message: string, at: { host: string; port: number }) => Error;
};
let applied = false;

/** What is open or opening, and how it is given up. */
const lives = new WeakMap<Connection, (error: Error) => void>();
const onUnanswered = new WeakMap<RequestQueue, () => void>();
const openings = new WeakMap<Connection, Promise<true>>();

function connect(this: Connection): Promise<true> {
  if (this.isConnected()) return Promise.resolve(true);
  const opening = openings.get(this) ?? open(this).finally(() => openings.delete(this));
  openings.set(this, opening);
  return opening;
}

function open(connection: Connection): Promise<true> {
  const { host, port, ssl, requestQueue } = connection;
  return new Promise((resolve, reject) => {
    const frames = new AnswerFrames();
    let socket: Socket | undefined;
    let lost = false;

    const lose = (error: Error) => {
      if (lost) return;
      lost = true;
      clearTimeout(timer);
      socket?.destroy();
      connection.connectionStatus = "disconnected";
      connection.authenticatedAt = null;
      connection.authHandlers?.onError();
      requestQueue.rejectAll(error);
      requestQueue.destroy();
      reject(error);
    };
    const fail = (what: string, code?: string) => {
      if (lost) return;
      connection.logError(what);
      lose(connectionError(connection, what, code));
    };
    const closed = (how: string) => lose(new KafkaJSConnectionClosedError(how, { host, port }));
    const timer = setTimeout(() => fail("Connection timeout"), connection.connectionTimeout);
    lives.set(connection, lose);
    onUnanswered.set(requestQueue, () => closed("a request was not answered in time"));

    connection.authenticatedAt = null;
    requestQueue.throttledUntil = notThrottled;
    try {
      socket = connection.socketFactory({
        host,
        port,
        ssl: ssl as Parameters<ISocketFactory>[0]["ssl"],
        onConnect: () => {
          if (lost) return;
          clearTimeout(timer);
          connection.connectionStatus = "connected";
          requestQueue.scheduleRequestTimeoutCheck();
          resolve(true);
        },
      });
    } catch (error) {
      fail(`Failed to connect: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    connection.socket = socket;
    socket.on("error", (error: NodeJS.ErrnoException) =>
      fail(`Connection error: ${error.message}`, error.code),
    );
    socket.on("end", () => closed("Closed connection"));
    socket.on("close", () => closed("Closed connection"));
    socket.on("data", (bytes: Buffer) => {
      if (lost) return;
      try {
        // Kafka before 1.0 authenticates outside of its own framing, some mechanisms without answers.
        if (connection.authHandlers !== null && !connection.authExpectResponse)
          connection.authHandlers.onSuccess(bytes);
        else for (const answer of frames.push(bytes)) deliver(connection, answer);
      } catch (error) {
        fail(`Connection error: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  });
}

const notThrottled = -1;
/** Length and correlation id. */
const headBytes = 8;

function deliver(connection: Connection, answer: Buffer): void {
  if (connection.authHandlers !== null) {
    connection.authHandlers.onSuccess(answer);
    return;
  }
  if (answer.length < headBytes) throw new Error(`an answer of ${answer.length - 4} bytes came`);
  const correlationId = answer.readInt32BE(4);
  // One that was no longer waited for took its connection along: this one was never asked for.
  if (!connection.requestQueue.inflight.has(correlationId))
    throw new Error("an answer came to a question that was not asked");
  const payload = answer.subarray(headBytes);
  connection.requestQueue.fulfillRequest({ correlationId, payload, size: answer.length - 4 });
}

async function disconnect(this: Connection): Promise<true> {
  this.authenticatedAt = null;
  const { socket } = this;
  this.connectionStatus = this.isConnected() ? "disconnecting" : "disconnected";
  await this.requestQueue.waitForPendingRequests();
  // Lost meanwhile, and perhaps opened anew by somebody who still needs it.
  if (socket !== this.socket) return true;
  socket?.end();
  socket?.unref();
  lives.get(this)?.(connectionError(this, "Connection closed by the client"));
  return true;
}

/**
 * The answers after one that does not come would not come either. Sent in the future, it was before the
 * clock was set back, and for how long it has waited nobody knows.
 */
function checkTimeouts(this: RequestQueue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  const look = () => {
    const late = [...this.inflight.values()].filter(
      ({ sentAt, requestTimeout }) =>
        sentAt !== null && Math.abs(Date.now() - sentAt) > requestTimeout,
    );
    if (late.length === 0) return;
    for (const request of late) request.timeoutRequest();
    onUnanswered.get(this)?.();
  };
  this.requestTimeoutIntervalId = setInterval(look, Math.min(this.requestTimeout, 100));
}

/** An answer that ends before its content does was cut, or its length was: so are all after it. */
function guarded(connection: Connection, exchange: Exchange): Exchange {
  const { response } = exchange;
  if (response === undefined || response === null) return exchange;
  const decode = async (payload: Buffer) => {
    try {
      return await response.decode(payload);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const what = `Connection error: an answer cannot be read: ${error.message}`;
      const failure = connectionError(connection, what);
      lives.get(connection)?.(failure);
      throw failure;
    }
  };
  return { ...exchange, response: Object.create(response, { decode: { value: decode } }) };
}

/** Of a session's life, as Kafka's own client: what is left is for slow networks and clocks. */
const reauthenticateAtShare = 0.85;
const reauthenticateBeforeMs = 10_000;

/**
 * How long before its session ends a connection logs in again. kafkajs takes ten seconds whatever the
 * session's life: with `connections.max.reauth.ms` of ten seconds or less no login is ever good, each
 * request logs in anew, and the broker, which allows one a second, hangs up.
 */
const reauthentication: PropertyDescriptor & ThisType<Connection> = {
  get() {
    const lifeMs = Number(this.sessionLifetime.toString());
    return Math.round(Math.min(reauthenticateBeforeMs, lifeMs * (1 - reauthenticateAtShare)));
  },
  // kafkajs's constructor assigns its default.
  set() {},
};

function connectionError({ host, port }: Connection, what: string, code?: string): Error {
  return new KafkaJSConnectionError(what, {
    broker: `${host}:${port}`,
    ...(code === undefined ? {} : { code }),
  });
}
