import { type AnswerReading, apiAnswers } from "../../order/order-answer.ts";
import { type Answer, type Attempt, abandoned, type Delivery, type LoadTarget } from "../target.ts";
import type { HttpMethod } from "../targets/http-method.ts";
import type { ApiConnections } from "../targets/target-kind.ts";
import type { OrderChange, PlannedOrder } from "../workload.ts";
import { classifyError, classifyResponse } from "./classify.ts";
import type { RequestContent } from "./http/exchange.ts";
import { createHttpPool, PooledRequest } from "./http-pool.ts";

/** How a system takes an order: one request each. */
export interface HttpProtocol {
  /** Of the target, for JSON. */
  readonly kind: string;
  /** For people. Without credentials. */
  readonly address: string;
  readonly method: HttpMethod;
  /** Asked when the order leaves. */
  readonly request: (order: PlannedOrder) => HttpOrderRequest;
  /** How its answer is read; left out: as our API's. */
  readonly answers?: AnswerReading;
  /** Where an order that is there is asked for its change; undefined: nowhere. */
  readonly changePath?: (orderId: string, change: OrderChange) => string;
}

export interface HttpOrderRequest {
  /** With its query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | null;
}

/** Sends each order as a request of its own. */
export function createHttpTarget(connections: ApiConnections, protocol: HttpProtocol): LoadTarget {
  const pool = createHttpPool(connections);
  const { kind, address, method, request, answers = apiAnswers, changePath } = protocol;

  function send<T extends PooledRequest>(each: T): T {
    pool.send(each);
    return each;
  }

  const contentOf = (order: PlannedOrder): RequestContent => ({ method, ...request(order) });

  function read(order: PlannedOrder, status: number, body: string): Answer {
    const answer = classifyResponse(status, body, order.orderId, answers);
    const { change } = order;
    if (answer.state !== "acked" || change === undefined || !changePath) return answer;
    const orderId = answer.orderId ?? order.orderId;
    const path = changePath(orderId, change);
    return {
      ...answer,
      change: (attempt) =>
        send(
          new AttemptRequest(
            attempt,
            () => ({ method: "POST", path, headers: [], body: null }),
            (_, status, body) => classifyResponse(status, body, orderId, answers),
          ),
        ),
    };
  }

  return {
    kind,
    address,
    sentTo: `${method} ${address}`,
    send: (attempt) => send(new AttemptRequest(attempt, contentOf, read)),
    close: () => pool.close(),
  };
}

class AttemptRequest extends PooledRequest implements Delivery {
  readonly #attempt: Attempt;
  readonly #contentOf: (order: PlannedOrder) => RequestContent;
  readonly #read: (order: PlannedOrder, status: number, body: string) => Answer;

  constructor(
    attempt: Attempt,
    contentOf: (order: PlannedOrder) => RequestContent,
    read: (order: PlannedOrder, status: number, body: string) => Answer,
  ) {
    super();
    this.#attempt = attempt;
    this.#contentOf = contentOf;
    this.#read = read;
  }

  abandon(why: "timeout" | "stopped"): Answer {
    return abandoned(why, this.giveUp());
  }

  content(): RequestContent {
    return this.#contentOf(this.#attempt.order);
  }

  protected sent(): void {
    this.#attempt.sent();
  }

  protected told(status: number, body: string): void {
    this.#attempt.answered(this.#read(this.#attempt.order, status, body));
  }

  protected lost(error: Error, wasSent: boolean): void {
    this.#attempt.answered(classifyError(error, wasSent));
  }
}
