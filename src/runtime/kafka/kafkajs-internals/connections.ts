import net from "node:net";
import tls from "node:tls";
import type { ISocketFactory, Kafka } from "kafkajs";
import { hostOfBroker } from "../bootstrap-brokers.ts";

/**
 * Every open connection of a Kafka client. kafkajs has no way to give one up: its `disconnect`
 * first waits for the answers still due, or for their time to be up.
 */
const connectionsOf = new WeakMap<Kafka, Set<net.Socket>>();

const keepAliveDelayMs = 60_000;

/** As kafkajs's own, but the sockets are known. */
export function trackConnections(): {
  socketFactory: ISocketFactory;
  belongTo(kafka: Kafka): void;
} {
  const sockets = new Set<net.Socket>();
  return {
    socketFactory: ({ host: named, port, ssl, onConnect }) => {
      const host = hostOfBroker(named);
      const servername = net.isIP(host) === 0 ? { servername: host } : {};
      // Without TLS kafkajs passes null or undefined here, whatever its types say.
      const socket = (ssl as tls.ConnectionOptions | null | undefined)
        ? tls.connect({ host, port, ...servername, ...ssl }, onConnect)
        : net.connect({ host, port }, onConnect);
      socket.setKeepAlive(true, keepAliveDelayMs);
      // A heartbeat behind an unanswered offset commit would wait in our kernel for that answer.
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return socket;
    },
    belongTo(kafka) {
      connectionsOf.set(kafka, sockets);
    },
  };
}

/** Cuts what is open now. Requests in flight fail at once; the client may connect anew. */
export function cutConnections(kafka: Kafka): void {
  for (const socket of connectionsOf.get(kafka) ?? []) {
    socket.destroy(new Error("given up after a failed request"));
  }
}
