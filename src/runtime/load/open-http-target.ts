import { connect as connectTcp } from "node:net";
import { Client } from "undici";
import { Failure } from "../../failure/failure.ts";
import type { LoadTarget } from "../../load/target.ts";
import { createHttpTarget } from "../../load/targets/http-target.ts";

export interface HttpTargetSettings {
  readonly apiUrl: string | undefined;
  readonly connectTimeoutMs: number;
}

/**
 * Orders over HTTP, to POST <apiUrl>/order.
 * @throws Failure("environment") when no URL is known, or nothing listens there.
 * @throws Failure("usage") when it is not a plain http or https URL.
 */
export async function openHttpTarget(
  settings: HttpTargetSettings,
  options: { readonly connectionsMax: number; readonly signal?: AbortSignal | undefined },
): Promise<LoadTarget> {
  const url = orderUrl(settings.apiUrl);
  await probe(url, settings.connectTimeoutMs, options.signal);
  return createHttpTarget({
    address: url.href,
    path: url.pathname + url.search,
    connectionsMax: options.connectionsMax,
    connect: () =>
      new Client(url.origin, {
        pipelining: 1,
        connect: { timeout: settings.connectTimeoutMs },
        // The load has one deadline per order; a second set of timers would only cost CPU.
        headersTimeout: 0,
        bodyTimeout: 0,
        maxResponseSize: 1_048_576,
      }),
  });
}

function orderUrl(apiUrl: string | undefined): URL {
  if (apiUrl === undefined) {
    throw new Failure("environment", {
      what: "no API is known to send orders to",
      meaning:
        "there is no running stack of this name, and neither --api-url nor ORDERS_API_URL is set",
      remedy: "run `orders up`, or give --api-url http://host:port",
    });
  }
  const base = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  if (base === undefined || !["http:", "https:"].includes(base.protocol) || base.username !== "") {
    throw new Failure("usage", {
      what: "--api-url is not a plain http or https URL",
      remedy: "write e.g. --api-url http://127.0.0.1:8080, without user name and password",
    });
  }
  return new URL("order", base.href.endsWith("/") ? base : `${base.href}/`);
}

/** Saves a person from waiting out a long load that could never arrive. */
function probe(url: URL, timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, timeout: timeoutMs, ...(signal ? { signal } : {}) });
    const fail = (cause: Error) => {
      socket.destroy();
      const code = (cause as { code?: string }).code ?? cause.message;
      reject(
        new Failure(
          "environment",
          {
            what: `${url.href} cannot be reached: ${code}`,
            meaning: "no order was sent",
            remedy: "run `orders up`, or give the URL of a running API with --api-url",
          },
          { cause },
        ),
      );
    };
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("timeout", () => fail(new Error(`no connection within ${timeoutMs} ms`)));
    socket.once("error", fail);
  });
}
