import { connect, type Socket } from "node:net";
import { AnswerReader, type ReadAnswer } from "../../sending/http/answer-reader.ts";
import {
  type Exchange,
  type ExchangeHandler,
  type HttpConnection,
  HttpFailure,
  type RequestContent,
} from "../../sending/http/exchange.ts";
import { requestBytes } from "../../sending/http/request-bytes.ts";

/** Where all of them receive: what one got is read before another gets anything. */
const received = Buffer.allocUnsafeSlow(64 * 1_024);

/** A server that says nothing of it may close an idle connection after five seconds, as Node does. */
const idleMsDefault = 4_000;
/** So much earlier than the server says, for it counts from another moment. */
const idleMarginMs = 1_000;

/**
 * An HTTP/1.1 connection for one job: a request at a time, written in one piece, its answer read
 * where it was received. undici's client, which can do far more, takes twice the CPU a request.
 */
export class PlainConnection implements HttpConnection, Exchange {
  readonly #address: { readonly host: string; readonly port: number };
  readonly #host: string;
  readonly #connectTimeoutMs: number;
  #socket: Socket | undefined;
  /** Of the request under way. */
  #handler: ExchangeHandler | undefined;
  #reader = new AnswerReader();
  #idleUntilMs = 0;

  /** @param url http, of which only the origin counts. */
  constructor(url: URL, { connectTimeoutMs }: { readonly connectTimeoutMs: number }) {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    this.#address = { host, port: url.port === "" ? 80 : Number(url.port) };
    this.#host = url.host;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  send(content: RequestContent, handler: ExchangeHandler): void {
    let bytes: string | Buffer;
    try {
      bytes = requestBytes(content, this.#host);
    } catch (error) {
      handler.broke(error as Error);
      return;
    }
    this.#handler = handler;
    if (this.#socket !== undefined && performance.now() > this.#idleUntilMs) this.#drop();
    if (this.#socket === undefined) this.#connect(bytes);
    else this.#write(this.#socket, bytes);
  }

  abort(): void {
    this.#break(new Error("given up"));
  }

  async destroy(): Promise<void> {
    const socket = this.#socket;
    this.#break(new Error("closed"));
    if (socket !== undefined && !socket.closed)
      await new Promise((closed) => socket.once("close", closed));
  }

  #connect(bytes: string | Buffer): void {
    const socket = connect({
      ...this.#address,
      noDelay: true,
      onread: {
        buffer: received,
        callback: (length) => {
          if (socket === this.#socket) this.#read(received.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket = socket;
    this.#reader = new AnswerReader();
    const deadline = setTimeout(
      () => socket.destroy(new HttpFailure("connect timeout")),
      this.#connectTimeoutMs,
    );
    let error: Error | undefined;
    socket
      .once("connect", () => {
        clearTimeout(deadline);
        if (socket === this.#socket) this.#write(socket, bytes);
      })
      .once("end", () => {
        if (socket === this.#socket) this.#ended();
      })
      .on("error", (given) => {
        error = given;
      })
      .once("close", () => {
        clearTimeout(deadline);
        if (socket === this.#socket) this.#break(error ?? new HttpFailure("connection cut"));
      });
  }

  #write(socket: Socket, bytes: string | Buffer): void {
    const leaves = this.#handler?.leaves(this) ?? false;
    if (!leaves) {
      this.#handler = undefined;
      this.#idle(undefined);
    } else if (typeof bytes === "string") socket.write(bytes, "latin1");
    else socket.write(bytes);
  }

  #read(bytes: Buffer): void {
    // Nobody asked for it: what is told next on this connection is of no request of ours.
    if (this.#handler === undefined) {
      this.#drop();
      return;
    }
    let answer: ReadAnswer | undefined;
    try {
      answer = this.#reader.read(bytes);
    } catch (error) {
      this.#break(error as Error);
    }
    if (answer !== undefined) this.#answered(answer);
  }

  #ended(): void {
    const answer = this.#reader.atEnd();
    if (answer === undefined) this.#break(new HttpFailure("connection cut"));
    else this.#answered(answer);
  }

  #answered({ head, body }: ReadAnswer): void {
    const handler = this.#handler;
    this.#handler = undefined;
    // Where not all of the request has left, its rest would be taken for the next one.
    const reusable =
      head.keepAlive && this.#reader.surplusBytes === 0 && this.#socket?.writableLength === 0;
    if (reusable) this.#idle(head.idleSecondsMax);
    else this.#drop();
    handler?.answered(head.status, body);
  }

  #idle(idleSecondsMax: number | undefined): void {
    const idleMs =
      idleSecondsMax === undefined ? idleMsDefault : idleSecondsMax * 1_000 - idleMarginMs;
    this.#idleUntilMs = performance.now() + idleMs;
  }

  /** The next request opens another. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }

  #break(error: Error): void {
    this.#drop();
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.broke(error);
  }
}
