import { Client, type Dispatcher } from "undici";
import type {
  ExchangeHandler,
  HttpConnection,
  RequestContent,
} from "../../sending/http/exchange.ts";

const answerBytesMax = 1_048_576;

/** An https connection: undici's client, which holds the session and checks the certificate. */
export class TlsConnection implements HttpConnection {
  readonly #client: Client;

  constructor(url: URL, { connectTimeoutMs }: { readonly connectTimeoutMs: number }) {
    this.#client = new Client(url.origin, {
      pipelining: 1,
      connect: { timeout: connectTimeoutMs },
      // Who sends has one deadline per order; a second set of timers would only cost CPU.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: answerBytesMax,
    });
  }

  send(content: RequestContent, handler: ExchangeHandler): void {
    this.#client.dispatch({ ...content, headers: [...content.headers] }, new Dispatched(handler));
  }

  async destroy(): Promise<void> {
    await this.#client.destroy();
  }
}

class Dispatched implements Dispatcher.DispatchHandler {
  readonly #handler: ExchangeHandler;
  /** It was given up before it left: nothing more is told of it. */
  #stays = false;
  #status = 0;
  readonly #pieces: Buffer[] = [];

  constructor(handler: ExchangeHandler) {
    this.#handler = handler;
  }

  /** undici calls this right before it writes the request. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const abort = () => controller.abort(new Error("given up"));
    this.#stays = !this.#handler.leaves({ abort });
    if (this.#stays) abort();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#pieces.push(chunk);
  }

  onResponseEnd(): void {
    this.#handler.answered(this.#status, Buffer.concat(this.#pieces).toString("utf8"));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (!this.#stays) this.#handler.broke(error);
  }
}
