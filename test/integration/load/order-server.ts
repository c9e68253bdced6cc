import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { orderIdForKey } from "../../../src/order/order-id.ts";

/** How a server that is there to be misbehaved answers an order. */
export type Behaviour =
  | "accept"
  | "accept slowly"
  | "accept under another id"
  | "refuse 400"
  | "busy 503"
  | "unsure 504"
  | "broken 500"
  | "created 201"
  | "redirect 302"
  | "accept too late"
  | "half an answer"
  | "hang"
  | "cut"
  | "not HTTP";

export interface OrderServer {
  readonly url: string;
  /** Keys of the orders it read, in their order. */
  readonly keys: readonly string[];
  /** Most requests it had in hand at the same time. */
  readonly concurrencyMax: () => number;
  /** Refuses new connections and cuts the open ones. */
  close(): Promise<void>;
}

const statusOf: Partial<Record<Behaviour, number>> = {
  "refuse 400": 400,
  "busy 503": 503,
  "unsure 504": 504,
  "broken 500": 500,
};

/** Longer than any timeout that the tests give, shorter than they last. */
const tooLateMs = 3_500;

/** A server on a port of its own; `behave` decides by an order's place in the load. */
export async function startOrderServer(
  behave: (sequence: number) => Behaviour,
): Promise<OrderServer> {
  const keys: string[] = [];
  let inHand = 0;
  let most = 0;

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const key = String(request.headers["idempotency-key"]);
    keys.push(key);
    const behaviour = behave(Number(key.slice(key.lastIndexOf("-") + 1)));
    const { customer_id } = JSON.parse(body) as { customer_id: string };
    const accept = (order_id: string) => {
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ order_id, status: "accepted" }));
    };
    const status = statusOf[behaviour];
    if (behaviour === "redirect 302") response.writeHead(302, { location: "/elsewhere" }).end(body);
    else if (status !== undefined) response.writeHead(status).end("{}");
    else if (behaviour === "accept") accept(orderIdForKey(customer_id, key));
    else if (behaviour === "accept under another id") accept(orderIdForKey(customer_id, "other"));
    else if (behaviour === "accept slowly") {
      setTimeout(() => accept(orderIdForKey(customer_id, key)), 30);
    } else if (behaviour === "created 201") {
      response.writeHead(201).end(JSON.stringify({ order_id: orderIdForKey(customer_id, key) }));
    } else if (behaviour === "accept too late") {
      setTimeout(() => accept(orderIdForKey(customer_id, key)), tooLateMs).unref();
    } else if (behaviour === "half an answer") {
      response.writeHead(202, { "content-length": "200" });
      response.write('{"order_id":');
      setTimeout(() => request.socket.destroy(), 20);
    } else if (behaviour === "cut") request.socket.destroy();
    else if (behaviour === "not HTTP") request.socket.end("hello\r\n\r\n");
  }

  const server = createServer((request, response) => {
    most = Math.max(most, ++inHand);
    response.once("close", () => inHand--);
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.method === "GET") response.end("{}");
      else answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    keys,
    concurrencyMax: () => most,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
