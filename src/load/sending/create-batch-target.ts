import { batchAnswersOf } from "../../order/batch-answer.ts";
import type { OrderAnswer } from "../../order/order-answer.ts";
import { type Answer, type Attempt, abandoned, type Delivery, type LoadTarget } from "../target.ts";
import type { ApiConnections } from "../targets/target-kind.ts";
import type { PlannedOrder } from "../workload.ts";
import { classifyError, excerptOf } from "./classify.ts";
import type { RequestContent } from "./http/exchange.ts";
import { createHttpPool, PooledRequest } from "./http-pool.ts";

export interface BatchProtocol {
  /** Of the target, for JSON. */
  readonly kind: string;
  /** Orders in each request; all of them are due at the same time. */
  readonly perRequest: number;
  /** The JSON of one order. */
  readonly requestBody: (order: PlannedOrder) => string;
}

/** How long a request waits for its last order, which is due with its first: only a limit keeps it away. */
const gatheringMsMax = 1_000;

/**
 * Sends orders in groups of `perRequest`, each as one request to the batch endpoint. An order's id
 * follows from its place in its group, so a group leaves whole or not at all: if a limit drops one of
 * its orders, the others are dropped with it.
 */
export function createBatchTarget(
  connections: ApiConnections,
  { kind, perRequest, requestBody }: BatchProtocol,
): LoadTarget {
  const pool = createHttpPool(connections);
  const { href: address, pathname: path } = connections.url;
  let gathering: BatchRequest | undefined;
  let cutOff: NodeJS.Timeout | undefined;

  function begin(group: number): BatchRequest {
    const begun = new BatchRequest(group, path, requestBody);
    cutOff = setTimeout(() => cutShort(begun), gatheringMsMax);
    return begun;
  }

  function cutShort(request: BatchRequest): void {
    if (gathering === request) gathering = undefined;
    request.drop();
  }

  return {
    kind,
    address,
    sentTo: `POST ${address}, ${perRequest} orders a request`,
    send(attempt) {
      const { sequence } = attempt.order;
      const group = Math.floor(sequence / perRequest);
      if (gathering !== undefined && gathering.group !== group) cutShort(gathering);
      gathering ??= begin(group);
      const request = gathering;
      const order = request.add(attempt);
      if (request.orders.length !== (sequence % perRequest) + 1) cutShort(request);
      else if (request.orders.length === perRequest) {
        clearTimeout(cutOff);
        gathering = undefined;
        // One of its orders may have been given up meanwhile.
        if (request.over) request.drop();
        else pool.send(request);
      }
      return order;
    },
    async close() {
      clearTimeout(cutOff);
      await pool.close();
    },
  };
}

class BatchRequest extends PooledRequest {
  readonly group: number;
  readonly orders: BatchOrder[] = [];
  readonly #path: string;
  readonly #requestBody: (order: PlannedOrder) => string;

  constructor(group: number, path: string, requestBody: (order: PlannedOrder) => string) {
    super();
    this.group = group;
    this.#path = path;
    this.#requestBody = requestBody;
  }

  add(attempt: Attempt): BatchOrder {
    const order = new BatchOrder(attempt, this);
    this.orders.push(order);
    return order;
  }

  /** It will never leave. */
  drop(): void {
    this.over = true;
    this.#tell(() => ({ state: "dropped", kind: "another of its request was dropped" }));
  }

  content(): RequestContent {
    const planned = this.orders.map(({ attempt }) => attempt.order);
    return {
      ...{ method: "POST", path: this.#path },
      headers: ["content-type", "application/json", "idempotency-key", requestKey(planned[0])],
      body: `[${planned.map(this.#requestBody).join(",")}]`,
    };
  }

  protected sent(): void {
    for (const { attempt } of this.orders) attempt.sent();
  }

  protected told(status: number, body: string): void {
    const ids = this.orders.map(({ attempt }) => attempt.order.orderId);
    const answers = batchAnswersOf(status, body, ids);
    const excerpt = excerptOf(body);
    this.#tell((index) => answerFor(answers[index], excerpt));
  }

  protected lost(error: Error, wasSent: boolean): void {
    const answer = classifyError(error, wasSent);
    this.#tell(() => answer);
  }

  #tell(answerAt: (index: number) => Answer): void {
    for (const [index, order] of this.orders.entries()) order.answer(answerAt(index));
  }
}

class BatchOrder implements Delivery {
  readonly attempt: Attempt;
  readonly #request: BatchRequest;
  #over = false;

  constructor(attempt: Attempt, request: BatchRequest) {
    this.attempt = attempt;
    this.#request = request;
  }

  answer(answer: Answer): void {
    if (this.#over) return;
    this.#over = true;
    this.attempt.answered(answer);
  }

  /** Its time is up, and so is that of the others, which were handed over with it. */
  abandon(why: "timeout" | "stopped"): Answer {
    this.#over = true;
    return abandoned(why, this.#request.giveUp());
  }
}

function answerFor(answer: OrderAnswer | undefined, excerpt: string): Answer {
  if (answer === undefined) return { state: "unknown", kind: "not answered" };
  const { state, said: kind, otherId } = answer;
  if (state !== "acked") return { state, kind, ...(excerpt !== "" && { excerpt }) };
  if (otherId === undefined) return { state, kind };
  return {
    ...{ state, kind: `${kind} with another order_id`, problem: "other_id", orderId: otherId },
  };
}

/** Of `key#3`, which is an order's: the request's. */
function requestKey(first: PlannedOrder | undefined): string {
  return first?.key.slice(0, first.key.lastIndexOf("#")) ?? "";
}
