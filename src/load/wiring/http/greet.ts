import type { Exchange, HttpConnection } from "../../sending/http/exchange.ts";

/**
 * Opens a connection by asking for a resource. Any answer will do: a foreign API need not know /health.
 * It saves a person from waiting out a long load that could never arrive, and the first orders from
 * paying for connections. Who will not wait destroys the connection.
 * @throws the error of the connection, HttpFailure where it answers no HTTP.
 */
export async function greet(
  connection: HttpConnection,
  { pathname: path }: URL,
  timeoutMs: number,
): Promise<void> {
  let exchange: Exchange | undefined;
  let late: Error | undefined;
  const deadline = setTimeout(() => {
    late = new Error(`it did not answer within ${timeoutMs} ms`);
    if (exchange !== undefined) exchange.abort();
    else void connection.destroy();
  }, timeoutMs);
  try {
    await new Promise<void>((answered, broke) => {
      connection.send(
        { method: "GET", path, headers: [], body: null },
        {
          leaves(begun) {
            exchange = begun;
            return true;
          },
          answered: () => answered(),
          broke: (error) => broke(late ?? error),
        },
      );
    });
  } finally {
    clearTimeout(deadline);
  }
}
