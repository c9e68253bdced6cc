import type { Exchange, HttpConnection } from "../../sending/http/exchange.ts";

/**
 * Opens a connection by asking for a resource. Any answer will do: a foreign API need not know /health.
 * It saves a person from waiting out a long load that could never arrive, and the first orders from
 * paying for connections.
 * @throws the error of the connection, HttpFailure where it answers no HTTP.
 */
export async function greet(
  connection: HttpConnection,
  { pathname: path }: URL,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let exchange: Exchange | undefined;
  let givenUp: Error | undefined;
  const giveUp = (why: string) => {
    givenUp = new Error(why);
    if (exchange !== undefined) exchange.abort();
    else void connection.destroy();
  };
  const deadline = setTimeout(() => giveUp(`it did not answer within ${timeoutMs} ms`), timeoutMs);
  const stop = () => giveUp("stopped");
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await new Promise<void>((answered, broke) => {
      connection.send(
        { method: "GET", path, headers: [], body: null },
        {
          leaves(begun) {
            exchange = begun;
            if (givenUp !== undefined) broke(givenUp);
            return givenUp === undefined;
          },
          answered: () => answered(),
          broke: (error) => broke(givenUp ?? error),
        },
      );
    });
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", stop);
  }
}
