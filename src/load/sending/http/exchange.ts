import type { HttpMethod } from "../../targets/http-method.ts";

/** What is said to a server. */
export interface RequestContent {
  readonly method: HttpMethod;
  /** With its query. */
  readonly path: string;
  /** Names and values in turn. Those of the connection itself, and Content-Length, are not among them. */
  readonly headers: readonly string[];
  readonly body: string | null;
}

/** A request whose bytes have left, as whoever sent it sees it. */
export interface Exchange {
  /** Cuts the connection: an answer that came later would be taken for the next request's. */
  abort(): void;
}

/** Told what becomes of a request: `leaves` at most once, then one of the others once. */
export interface ExchangeHandler {
  /**
   * Called right before its first byte leaves.
   * @returns false where it shall not: it was given up. Then nothing else is told.
   */
  leaves(exchange: Exchange): boolean;
  answered(status: number, body: string): void;
  /** No answer will come, also because it was aborted. */
  broke(error: Error): void;
}

/** One keep-alive connection that carries one request at a time, and opens itself when it has to. */
export interface HttpConnection {
  /** Not before the one before was answered or broke. What becomes of it may be told at once. */
  send(content: RequestContent, handler: ExchangeHandler): void;
  /** A request under way breaks. */
  destroy(): Promise<void>;
}

/** What of HTTP went wrong, in words that are counted and shown. */
export type HttpTrouble =
  | "connection cut"
  | "connect timeout"
  | "not HTTP"
  | "answer too large"
  | "not a request";

export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly trouble: HttpTrouble;

  /** @param more what exactly, for a person. */
  constructor(trouble: HttpTrouble, more?: string) {
    super(more === undefined ? trouble : `${trouble}: ${more}`);
    this.trouble = trouble;
  }
}
