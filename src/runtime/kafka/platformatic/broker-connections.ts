import { isIP, type Socket } from "node:net";
import { type API, Connection, ResponseError, type SASLMechanismValue } from "@platformatic/kafka";
import type { BrokerAddress } from "../../settings/broker-list.ts";
import { type KafkaSettings, tlsOptions } from "../kafka-client.ts";
import { within } from "../within.ts";

/** One connection to each broker that is asked, opened when it is asked first. */
export class BrokerConnections {
  readonly #settings: KafkaSettings;
  readonly #clientId: string;
  readonly #open = new Map<string, Promise<Connection>>();
  #closed = false;

  constructor(settings: KafkaSettings, clientId: string) {
    this.#settings = settings;
    this.#clientId = clientId;
  }

  /**
   * Sends one request. A broker that does not answer loses the connection: @platformatic/kafka 1.35
   * reads nothing any more behind an answer that came too late.
   * @throws ResponseError where the broker says no.
   */
  async ask<Arguments extends unknown[], Answer>(
    broker: BrokerAddress,
    api: API<Arguments, Answer>,
    args: Arguments,
    withinMs = this.#settings.requestTimeoutMs,
  ): Promise<Answer> {
    try {
      const connection = await this.#connection(broker);
      // A login that ends after a while is being renewed: the broker takes nothing else meanwhile.
      if (!connection.isConnected()) await connection.ready();
      return await within(api.async(connection, ...args), withinMs, `an answer of ${name(broker)}`);
    } catch (error) {
      if (!(error instanceof ResponseError)) this.drop(broker);
      throw error;
    }
  }

  /** Requests in flight fail at once; the next one opens it anew. */
  drop(broker: BrokerAddress): void {
    const key = name(broker);
    const opening = this.#open.get(key);
    this.#open.delete(key);
    void opening?.then(destroy, () => {});
  }

  /** Requests in flight fail, and so does each later one. */
  close(): void {
    this.#closed = true;
    for (const opening of this.#open.values()) void opening.then(destroy, () => {});
    this.#open.clear();
  }

  #connection(broker: BrokerAddress): Promise<Connection> {
    if (this.#closed) return Promise.reject(new Error("the connections to Kafka are closed"));
    const key = name(broker);
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const opening = this.#connect(broker);
    this.#open.set(key, opening);
    return opening;
  }

  async #connect({ host, port }: BrokerAddress): Promise<Connection> {
    const { connectTimeoutMs, kafkaSaslMechanism, kafkaSaslUsername, kafkaSaslPassword } =
      this.#settings;
    const tls = tlsOptions(this.#settings);
    const connection = new Connection(this.#clientId, {
      connectTimeout: connectTimeoutMs,
      // `ask` has a bound of its own.
      requestTimeout: 2_147_483_647,
      ...(tls === undefined ? {} : { tls }),
      ...(tls !== undefined && isIP(host) === 0 ? { tlsServerName: host } : {}),
      ...(kafkaSaslMechanism === undefined
        ? {}
        : {
            sasl: {
              mechanism: kafkaSaslMechanism.toUpperCase() as SASLMechanismValue,
              username: kafkaSaslUsername ?? "",
              password: kafkaSaslPassword ?? "",
            },
          }),
    });
    // Whoever asks hears of it; an event that nobody listens to would end the process.
    connection.on("error", () => {});
    const forget = () => {
      const key = name({ host, port });
      void this.#open.get(key)?.then(
        (open) => {
          if (open === connection) this.#open.delete(key);
        },
        () => {},
      );
    };
    connection.on("close", forget);
    const connecting = connection.connect(host, port);
    const { socket } = connection;
    socket.once(tls === undefined ? "connect" : "secureConnect", () => guardReading(socket));
    await connecting;
    return connection;
  }
}

/** Of an answer with a size that cannot be, the package throws where nobody can catch it. */
function guardReading(socket: Socket): void {
  for (const read of socket.listeners("data")) {
    socket.off("data", read as () => void);
    socket.on("data", (chunk) => {
      try {
        read.call(socket, chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }
}

/** Without waiting for what is still to be written: a broker that hangs takes nothing. */
function destroy(connection: Connection): void {
  connection.socket.destroy();
}

function name({ host, port }: BrokerAddress): string {
  return `${host}:${port}`;
}
