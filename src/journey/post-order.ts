import { Client } from "undici";
import { Failure } from "../failure/failure.ts";
import { answerOf } from "../order/order-answer.ts";
import { isUuid, orderIdForKey } from "../order/order-id.ts";
import { baseUrl, greet, unreachable } from "../runtime/stack/reach-api.ts";

export interface OrderToPlace {
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly amount: number;
  readonly idempotencyKey: string;
}

export interface Posted {
  /** Also where no answer came: an Idempotency-Key makes it known beforehand. */
  readonly orderId: string;
  /** unknown: handed over, but nobody said that it is in the log. */
  readonly state: "accepted" | "unknown";
  /** For a person: HTTP 202. */
  readonly answer: string;
}

export interface OpenApi {
  readonly url: string;
  post(order: OrderToPlace): Promise<Posted>;
  close(): Promise<void>;
}

/**
 * A connection that is open before the order is sent: what the order takes is its own time.
 * @throws Failure("environment") when nothing answers there, Failure("usage") when it is no URL.
 */
export async function openApi(
  settings: { readonly apiUrl: string | undefined; readonly connectTimeoutMs: number },
  limits: { readonly answerWithinMs: number; readonly signal: AbortSignal },
): Promise<OpenApi> {
  const base = baseUrl(settings.apiUrl);
  const url = new URL("order", base);
  const client = new Client(url.origin, {
    connect: { timeout: settings.connectTimeoutMs },
    headersTimeout: limits.answerWithinMs,
    bodyTimeout: limits.answerWithinMs,
    maxResponseSize: 1_048_576,
  });
  try {
    await greet(client, new URL("health", base), settings.connectTimeoutMs, limits.signal);
  } catch (error) {
    await client.destroy();
    throw unreachable(url, error);
  }
  return {
    url: url.href,
    post: (order) => post(client, url, order, limits.signal),
    close: () => client.destroy(),
  };
}

async function post(
  client: Client,
  url: URL,
  order: OrderToPlace,
  signal: AbortSignal,
): Promise<Posted> {
  const orderId = orderIdForKey(order.customerId, order.idempotencyKey);
  let answer: { readonly statusCode: number; readonly text: string };
  try {
    const { statusCode, body } = await client.request({
      method: "POST",
      path: url.pathname,
      headers: { "content-type": "application/json", "idempotency-key": order.idempotencyKey },
      body: JSON.stringify({
        customer_id: order.customerId,
        product_id: order.productId,
        quantity: order.quantity,
        amount: order.amount,
      }),
      signal,
    });
    answer = { statusCode, text: await body.text() };
  } catch (error) {
    if (signal.aborted) throw error;
    const { code } = error as { code?: unknown };
    return { orderId, state: "unknown", answer: `no answer (${String(code ?? error)})` };
  }
  return postedBy(url, answer.statusCode, answer.text, orderId);
}

/**
 * What the table of src/order/order-answer.ts says.
 * @param orderId the id that follows from the Idempotency-Key.
 * @throws Failure where it is a definite no.
 */
export function postedBy(url: URL, statusCode: number, text: string, orderId: string): Posted {
  const { state, said } = answerOf(statusCode, text, orderId);
  const body = problemIn(text);
  if (state === "failed") throw refused(url, statusCode, body);
  return {
    // A system that takes no Idempotency-Key chooses the id itself.
    orderId: isUuid(body.order_id) ? body.order_id.toLowerCase() : orderId,
    state: state === "acked" ? "accepted" : "unknown",
    answer: `HTTP ${said}`,
  };
}

interface Answer {
  readonly order_id?: unknown;
  readonly error?: unknown;
  readonly message?: unknown;
}

function problemIn(text: string): Answer {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** A definite no: nothing of the order is in the log. */
function refused(url: URL, statusCode: number, { error, message }: Answer): Failure {
  const why = typeof message === "string" ? message : typeof error === "string" ? error : "";
  return new Failure(statusCode >= 500 ? "environment" : "usage", {
    what: `${url.href} refused the order with HTTP ${statusCode}${why === "" ? "" : `: ${why}`}`,
    meaning: "the order was not placed: nothing of it is in the log",
    remedy:
      statusCode === 503
        ? "`orders status` shows what is not ready; place it again when it is"
        : "mend what it says and place the order again",
  });
}
