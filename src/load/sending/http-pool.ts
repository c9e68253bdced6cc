import { Fifo } from "../../ports/fifo.ts";
import type { ApiConnections } from "../targets/target-kind.ts";
import type { Exchange, ExchangeHandler, HttpConnection, RequestContent } from "./http/exchange.ts";

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
 * is given up while waiting certainly never left. (A pool of undici's would hide both.)
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
    connection.send(request.content(), request);
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

/** A request under way, in one object with what is told of it. */
export abstract class PooledRequest implements ExchangeHandler {
  /** Answered or given up: nothing about it is of interest any more. */
  over = false;
  /** Told once when the connection that this request opened is open, or cannot be. */
  opened: (() => void) | undefined;
  /** Frees the connection; set while it holds one. */
  released: (() => void) | undefined;
  #exchange: Exchange | undefined;

  /** Asked once, right before it leaves. */
  abstract content(): RequestContent;
  /** Its bytes leave. */
  protected abstract sent(): void;
  protected abstract told(status: number, body: string): void;
  /** No answer will come. @param wasSent whether any of its bytes may have left. */
  protected abstract lost(error: Error, wasSent: boolean): void;

  /** @returns whether any of its bytes may have left. None of the above is called any more. */
  giveUp(): boolean {
    const wasOver = this.over;
    this.over = true;
    if (!wasOver) this.#exchange?.abort();
    return this.#exchange !== undefined;
  }

  leaves(exchange: Exchange): boolean {
    this.#tellOpened();
    if (this.over) {
      this.#release();
      return false;
    }
    this.#exchange = exchange;
    this.sent();
    return true;
  }

  answered(status: number, body: string): void {
    if (!this.over) {
      this.over = true;
      this.told(status, body);
    }
    this.released?.();
  }

  broke(error: Error): void {
    if (!this.over) {
      this.over = true;
      this.lost(error, this.#exchange !== undefined);
    }
    this.#tellOpened();
    this.#release();
  }

  /** Not at once: the connection is in the middle of saying so. */
  #release(): void {
    if (this.released !== undefined) setImmediate(this.released);
  }

  /** Not at once: the connection is in the middle of writing this request. */
  #tellOpened(): void {
    const { opened } = this;
    this.opened = undefined;
    if (opened !== undefined) setImmediate(opened);
  }
}
