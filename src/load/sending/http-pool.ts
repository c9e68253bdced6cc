import type { Dispatcher } from "undici";
import { Fifo } from "../../ports/fifo.ts";
import type { ApiConnections, HttpConnection } from "../targets/target-kind.ts";

/**
 * Connections opened at the same time. A hiccup of 100 ms at 5,000/s would otherwise open 500 at
 * once, which costs both sides more than the hiccup did, and so makes the next one.
 */
const openingMax = 50;

/** Where requests leave. */
export interface HttpPool {
  /** The request tells of itself what becomes of it. */
  send(request: PooledRequest): void;
  close(): Promise<void>;
}

/**
 * Sends requests over at most `connectionsMax` connections. Connections are made as they are needed
 * and the one freed last is used first, so few stay busy instead of all half idle. A request that
 * finds none free waits here, in our hands: it counts as sent only when its bytes leave, and one that
 * is given up while waiting certainly never left. (undici's Pool would hide both.)
 */
export function createHttpPool({ connectionsMax, opened, connect }: ApiConnections): HttpPool {
  const free = [...opened];
  const all = [...opened];
  const waiting = new Fifo<PooledRequest>();
  let opening = 0;

  function start(request: PooledRequest): boolean {
    const reused = free.pop();
    if (reused !== undefined) {
      startOn(reused, request);
      return true;
    }
    if (opening >= openingMax || all.length >= connectionsMax) return false;
    const made = connect();
    all.push(made);
    opening++;
    request.opened = () => {
      opening--;
      startWaiting();
    };
    startOn(made, request);
    return true;
  }

  function startOn(connection: HttpConnection, request: PooledRequest): void {
    request.released = () => {
      free.push(connection);
      startWaiting();
    };
    connection.dispatch(request.content(), request);
  }

  function startWaiting(): void {
    trimWaiting();
    const next = waiting.peek();
    if (next !== undefined && start(next)) waiting.shift();
  }

  /** Those given up are the oldest: without them the queue stays within the in-flight limit. */
  function trimWaiting(): void {
    while (waiting.peek()?.over === true) waiting.shift();
  }

  return {
    send(request) {
      trimWaiting();
      if (waiting.length > 0 || !start(request)) waiting.push(request);
    },
    async close() {
      await Promise.all(all.map((each) => each.destroy()));
    },
  };
}

/** What is said to a server: undici's options of a dispatch. */
export type RequestContent = Dispatcher.DispatchOptions;

/** A request and undici's handler for it in one object: half the CPU of undici's request(). */
export abstract class PooledRequest implements Dispatcher.DispatchHandler {
  /** Answered or given up: nothing about it is of interest any more. */
  over = false;
  /** Told once when the connection that this request opened is open, or cannot be. */
  opened: (() => void) | undefined;
  /** Frees the connection; set while it holds one. */
  released: (() => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  /** One piece as a rule; then nothing is copied. */
  #pieces: Buffer[] = [];

  /** Asked once, right before it leaves. */
  abstract content(): RequestContent;
  /** Its bytes leave. */
  protected abstract sent(): void;
  protected abstract answered(status: number, body: string): void;
  /** No answer will come. @param wasSent whether any of its bytes may have left. */
  protected abstract broke(error: Error, wasSent: boolean): void;

  /** @returns whether any of its bytes may have left. None of the above is called any more. */
  giveUp(): boolean {
    const wasSent = this.#controller !== undefined;
    const wasOver = this.over;
    this.over = true;
    // Cuts the connection: an answer that came later would be taken for the next request's.
    if (!wasOver) this.#controller?.abort(new Error("given up"));
    return wasSent;
  }

  /** undici calls this right before it writes the request. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#tellOpened();
    if (this.over) {
      controller.abort(new Error("given up"));
      return;
    }
    this.#controller = controller;
    this.sent();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  /** Not without bound: the connection refuses answers beyond `maxResponseSize`. */
  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#pieces.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.over) {
      this.over = true;
      this.answered(this.#status, this.#body());
    }
    this.released?.();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (!this.over) {
      this.over = true;
      this.broke(error, this.#controller !== undefined);
    }
    this.#tellOpened();
    // Not at once: undici is clearing this connection's queue and asserts that it ends up empty.
    if (this.released !== undefined) setImmediate(this.released);
  }

  #body(): string {
    const [only] = this.#pieces;
    if (only === undefined) return "";
    return (this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces)).toString("utf8");
  }

  #tellOpened(): void {
    const { opened } = this;
    this.opened = undefined;
    // Not at once: undici is in the middle of writing this request.
    if (opened !== undefined) setImmediate(opened);
  }
}
