import type { MessageSender } from "../../ports/log.ts";
import type { HttpConnection } from "../sending/http/exchange.ts";
import type { LoadTarget } from "../target.ts";

/**
 * A way in which orders enter: one file in this folder, and a line in load-targets.ts. Help reads it
 * before anything is opened, so what it sends by is imported in `open` only.
 */
export interface TargetKind {
  /** As `--target` takes it and JSON names it. */
  readonly name: string;
  /** For help, after the name. */
  readonly summary: string;
  /** Whether orders that were accepted can be paid for and cancelled. */
  readonly takesChanges?: true;
  /** What a person should know before its first order. */
  readonly warning?: string;
  /**
   * What a kind needs is what it takes of the ports.
   * @throws Failure("environment") when it cannot be reached.
   */
  open(ports: TargetPorts): Promise<LoadTarget>;
}

/** What targets are made of, open when a promise resolves. `wiring/` brings it. */
export interface TargetPorts {
  /** @param path of the resource, relative to the API's URL. */
  readonly api: (path: string) => Promise<ApiConnections>;
  readonly gateway: (path: string) => Promise<ApiConnections>;
  /** @param url whose origin is connected to: any system's. */
  readonly foreign: (url: URL) => Promise<ApiConnections>;
  readonly log: () => Promise<OrderLog>;
}

export interface ApiConnections {
  /** Of the resource. */
  readonly url: URL;
  readonly connectionsMax: number;
  /** Connections that are open already, so that the first orders do not wait for theirs. */
  readonly opened: readonly HttpConnection[];
  /** Makes a connection that opens itself at its first request. */
  readonly connect: () => HttpConnection;
}

export interface OrderLog {
  readonly sender: MessageSender;
  readonly topic: string;
  /** Most orders waiting for the request before theirs; an order beyond it is dropped. */
  readonly queueMax: number;
  /** Most orders in one produce request. */
  readonly batchMax: number;
  /** Most bytes in one produce request: even if all are of one partition, the broker takes it. */
  readonly batchBytesMax: number;
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: () => number;
}
