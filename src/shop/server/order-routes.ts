import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readIdempotencyKey } from "../../http/read-idempotency-key.ts";
import { traceparentOf } from "../../http/trace-context.ts";
import { describeFound } from "../../order/describe-found.ts";
import { isUuid } from "../../order/order-id.ts";
import { readCreateRequest } from "../create-request.ts";
import { type ShopChange, shopChanges } from "../decide-change.ts";
import { readListRequest } from "../list-request.ts";
import type { OrderService } from "../order-service.ts";
import { writeCursor } from "../page-cursor.ts";
import { shopOrderJson, shopOrderLineJson } from "../shop-order.ts";
import { sendNotDone, sendProblem } from "./answers.ts";

type WithId = FastifyRequest<{ Params: { id: string } }>;

/** POST and GET /orders, GET /orders/{id}, POST /orders/{id}/pay, ship and cancel. */
export function addOrderRoutes(app: FastifyInstance, service: OrderService): void {
  app.post("/orders", (request, reply) => create(service, request, reply));
  app.get("/orders", (request, reply) => list(service, request, reply));
  app.get("/orders/:id", (request: WithId, reply) => show(service, request, reply));
  for (const change of shopChanges)
    app.post(`/orders/:id/${change}`, (request: WithId, reply) =>
      makeChange(service, change, request, reply),
    );
}

async function create(
  service: OrderService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const keyed = readIdempotencyKey(request.headers["idempotency-key"]);
  if (!keyed.ok) return sendProblem(reply, 400, keyed.problem);
  const reading = readCreateRequest(request.body);
  if (!reading.ok) return sendProblem(reply, 400, reading.problem);
  const traceparent = traceparentOf(request.headers.traceparent);
  const outcome = await service.create(reading.order, keyed.key, traceparent);
  if (outcome.kind === "created") {
    const { order, replayed } = outcome;
    reply.header("location", `/orders/${order.orderId}`);
    if (replayed) reply.header("idempotent-replayed", "true");
    // What was answered the first time: a later change is told by GET.
    reply.code(201).send({ ...created(order), status: "CREATED" });
    return;
  }
  if (outcome.kind === "key_reused") {
    const { orderId } = outcome;
    const message = "this Idempotency-Key stands for an order with other contents";
    return sendProblem(reply, 422, { error: "idempotency_key_reused", message, orderId });
  }
  sendNotDone(reply, outcome);
}

function created(order: Parameters<typeof shopOrderLineJson>[0]) {
  const { orderId, status, totalPrice, createdAt } = shopOrderLineJson(order);
  return { orderId, status, totalPrice, createdAt };
}

async function list(
  service: OrderService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const reading = readListRequest(query);
  if (!reading.ok) return sendProblem(reply, 400, reading.problem);
  const { orders, next } = await service.list(reading.request);
  if (next !== undefined) {
    const { customerId, status, limit } = reading.request;
    const parameters = new URLSearchParams({
      ...(customerId === undefined ? {} : { customerId }),
      ...(status === undefined ? {} : { status }),
      ...{ limit: String(limit), after: writeCursor(next) },
    });
    reply.header("link", `</orders?${parameters}>; rel="next"`);
  }
  reply.send(orders.map(shopOrderLineJson));
}

async function show(service: OrderService, request: WithId, reply: FastifyReply): Promise<void> {
  const { id } = request.params;
  const order = isUuid(id) ? await service.find(id.toLowerCase()) : undefined;
  if (order === undefined) return sendNoOrder(reply, id);
  reply.send(shopOrderJson(order));
}

async function makeChange(
  service: OrderService,
  change: ShopChange,
  request: WithId,
  reply: FastifyReply,
): Promise<void> {
  const { id } = request.params;
  if (!isUuid(id)) return sendNoOrder(reply, id);
  const orderId = id.toLowerCase();
  const traceparent = traceparentOf(request.headers.traceparent);
  const outcome = await service.change(orderId, change, traceparent);
  if (outcome.kind === "changed") reply.send(shopOrderJson(outcome.order));
  else if (outcome.kind === "not_found") sendNoOrder(reply, id);
  else if (outcome.kind === "conflict")
    sendProblem(reply, 409, { error: "conflict", message: outcome.message, orderId });
  else sendNotDone(reply, outcome);
}

function sendNoOrder(reply: FastifyReply, id: string): void {
  sendProblem(reply, 404, {
    error: "not_found",
    message: `there is no order ${describeFound(id)}`,
  });
}
