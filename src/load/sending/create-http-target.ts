import type { Dispatcher } from "undici";
import { Fifo } from "../../ports/fifo.ts";
import { type Answer, type Attempt, abandoned, type Delivery, type LoadTarget } from "../target.ts";
import type { ApiConnections, HttpConnection } from "../targets/target-kind.ts";
import type { OrderChange, PlannedOrder } from "../workload.ts";
import { classifyError, classifyResponse } from "./classify.ts";

export interface HttpTargetOptions {
  readonly kind: string;
  /** JSON. */
  readonly requestBody: (order: PlannedOrder) => string;
  /** Which field of an answer names the order; undefined: the API's. */
  readonly idField?: "order_id" | "orderId";
  /** Where an order that is there is asked for its change; undefined: nowhere. */
  readonly changePath?: (orderId: string, change: OrderChange) => string;
}

/** What one request asks, and how its answer is read. */
interface Call {
  readonly path: string;
  readonly headers: string[];
  readonly body: () => string | null;
  read(status: number, body: string): Answer;
}

/** An answer we need is 80 bytes; the rest of a longer one is read and forgotten. */
const bodyCharactersMax = 4_096;

/**
 * Connections opened at the same time. A hiccup of 100 ms at 5,000/s would otherwise open 500 at
 * once, which costs both sides more than the hiccup did, and so makes the next one.
 */
const openingMax = 50;

/**
 * Posts orders over at most `connectionsMax` connections. Connections are made as they are needed
 * and the one freed last is used first, so few stay busy instead of all half idle. An order that
 * finds none free waits here, in our hands: it counts as sent only when its bytes leave, and one that
 * is given up while waiting certainly never left. (undici's Pool would hide both.)
 */
export function createHttpTarget(
  { url, connectionsMax, opened, connect }: ApiConnections,
  { kind, requestBody, idField, changePath }: HttpTargetOptions,
): LoadTarget {
  const path = url.pathname;
  const free = [...opened];
  const all = [...opened];
  const waiting = new Fifo<Request>();
  let opening = 0;

  function start(request: Request): boolean {
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

  function startOn(connection: HttpConnection, request: Request): void {
    const { path, headers, body } = request.call;
    request.released = () => {
      free.push(connection);
      startWaiting();
    };
    connection.dispatch({ method: "POST", path, headers, body: body() }, request);
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

  function send(attempt: Attempt, call: Call): Delivery {
    const request = new Request(attempt, call);
    trimWaiting();
    if (waiting.length > 0 || !start(request)) waiting.push(request);
    return request;
  }

  function callFor(order: PlannedOrder): Call {
    return {
      path,
      headers: ["content-type", "application/json", "idempotency-key", order.key],
      body: () => requestBody(order),
      read(status, body) {
        const answer = classifyResponse(status, body, order.orderId, idField);
        const { change } = order;
        if (answer.state !== "acked" || change === undefined || !changePath) return answer;
        const orderId = answer.orderId ?? order.orderId;
        const call = changeCall(changePath(orderId, change), orderId);
        return { ...answer, change: (attempt) => send(attempt, call) };
      },
    };
  }

  function changeCall(path: string, orderId: string): Call {
    const read = (status: number, body: string) => classifyResponse(status, body, orderId, idField);
    return { path, headers: [], body: () => null, read };
  }

  return {
    kind,
    address: url.href,
    sentTo: `POST ${url.href}`,
    send: (attempt) => send(attempt, callFor(attempt.order)),
    async close() {
      await Promise.all(all.map((each) => each.destroy()));
    },
  };
}

/** A request and undici's handler for it in one object: half the CPU of undici's request(). */
class Request implements Delivery, Dispatcher.DispatchHandler {
  readonly attempt: Attempt;
  readonly call: Call;
  /** Answered or given up: nothing about it is of interest any more. */
  over = false;
  /** Told once when the connection that this request opened is open, or cannot be. */
  opened: (() => void) | undefined;
  /** Frees the connection; set while it holds one. */
  released: (() => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #body = "";

  constructor(attempt: Attempt, call: Call) {
    this.attempt = attempt;
    this.call = call;
  }

  abandon(why: "timeout" | "stopped"): Answer {
    const answer = abandoned(why, this.#controller !== undefined);
    this.over = true;
    // Cuts the connection: an answer that came later would be taken for the next request's.
    this.#controller?.abort(new Error("given up"));
    return answer;
  }

  /** undici calls this right before it writes the request. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#tellOpened();
    if (this.over) {
      controller.abort(new Error("given up"));
      return;
    }
    this.#controller = controller;
    this.attempt.sent();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body.length < bodyCharactersMax) this.#body += chunk.toString("utf8");
  }

  onResponseEnd(): void {
    this.#answer(this.call.read(this.#status, this.#body));
    this.released?.();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#answer(classifyError(error, this.#controller !== undefined));
    this.#tellOpened();
    // Not at once: undici is clearing this connection's queue and asserts that it ends up empty.
    if (this.released !== undefined) setImmediate(this.released);
  }

  #tellOpened(): void {
    const { opened } = this;
    this.opened = undefined;
    // Not at once: undici is in the middle of writing this request.
    if (opened !== undefined) setImmediate(opened);
  }

  #answer(answer: Answer): void {
    const wasOver = this.over;
    this.over = true;
    if (!wasOver) this.attempt.answered(answer);
  }
}
