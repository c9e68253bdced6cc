import { createServer, type Server, type Socket } from "node:net";
import { orderIdForKey } from "../../order/order-id.ts";

/**
 * Takes every order, and answers as our API and our shop do. Of HTTP it knows what a load writes: a
 * server that could do more would be compiled, in the same process, instead of the load.
 */
export async function listenWarm(): Promise<WarmServer> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket)).on("error", () => {});
    let text = "";
    socket.setEncoding("latin1").on("data", (piece: string) => {
      text += piece;
      const bodyAt = text.indexOf("\r\n\r\n") + 4;
      if (bodyAt < 4 || text.length < bodyAt + lengthIn(text)) return;
      socket.write(answerTo(text, bodyAt), "latin1");
      text = "";
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(0, "127.0.0.1", listening);
  });
  return {
    port: portOf(server),
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export interface WarmServer {
  readonly port: number;
  close(): Promise<void>;
}

function answerTo(request: string, bodyAt: number): string {
  const id = idOf(request, bodyAt);
  const body = JSON.stringify({ order_id: id, orderId: id, status: "accepted" });
  const date = new Date().toUTCString();
  return `HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nDate: ${date}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n${body}`;
}

function lengthIn(request: string): number {
  return Number(/\r\ncontent-length: (\d+)/i.exec(request)?.[1] ?? 0);
}

function idOf(request: string, bodyAt: number): string | undefined {
  try {
    const order = JSON.parse(request.slice(bodyAt)) as Record<string, unknown>;
    const { customer_id, customerId = customer_id } = order;
    const key = /\r\nidempotency-key: ([^\r]*)/i.exec(request)?.[1];
    return orderIdForKey(String(customerId), String(key));
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
