import { Client } from "undici";
import { Failure } from "../../failure/failure.ts";
import type { LoadTarget } from "../target.ts";
import { createHttpTarget } from "../targets/http-target.ts";

export interface HttpTargetSettings {
  readonly apiUrl: string | undefined;
  readonly connectTimeoutMs: number;
}

export interface HttpTargetLimits {
  readonly connectionsMax: number;
  /** Orders per second to expect; decides how many connections are open before the first. */
  readonly ratePerSecond: number;
  readonly signal?: AbortSignal | undefined;
}

/** Enough for answers within 10 ms; more are opened as they are needed. */
const openedPerOrderPerSecond = 0.01;
const openedMax = 50;

/**
 * Orders over HTTP, to POST <apiUrl>/order.
 * @throws Failure("environment") when no URL is known, or nothing there answers.
 * @throws Failure("usage") when it is not a plain http or https URL.
 */
export async function openHttpTarget(
  settings: HttpTargetSettings,
  { connectionsMax, ratePerSecond, signal }: HttpTargetLimits,
): Promise<LoadTarget> {
  const base = baseUrl(settings.apiUrl);
  const url = new URL("order", base);
  const connect = () =>
    new Client(url.origin, {
      pipelining: 1,
      connect: { timeout: settings.connectTimeoutMs },
      // The load has one deadline per order; a second set of timers would only cost CPU.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: 1_048_576,
    });
  const count = Math.ceil(
    Math.min(openedMax, connectionsMax, ratePerSecond * openedPerOrderPerSecond),
  );
  const opened = Array.from({ length: count }, connect);
  const greetings = await Promise.allSettled(
    opened.map((each) => greet(each, new URL("health", base), settings.connectTimeoutMs, signal)),
  );
  const refusal = greetings.find((greeting) => greeting.status === "rejected");
  if (refusal !== undefined && greetings.every((greeting) => greeting.status === "rejected")) {
    await Promise.all(opened.map((each) => each.destroy()));
    throw unreachable(url, refusal.reason);
  }
  return createHttpTarget({
    address: url.href,
    path: url.pathname,
    connectionsMax,
    opened,
    connect,
  });
}

/**
 * Any answer will do: a foreign API need not know /health. It saves a person from waiting out a long
 * load that could never arrive, and the first orders from paying for connections and cold code.
 */
export async function greet(
  connection: Client,
  url: URL,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = AbortSignal.timeout(2 * timeoutMs);
  const { body } = await connection.request({
    method: "GET",
    path: url.pathname,
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  });
  await body.dump();
}

export function unreachable(url: URL, cause: unknown): Failure {
  const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  const { code, message } = first as { code?: unknown; message?: unknown };
  return new Failure(
    "environment",
    {
      what: `${url.href} cannot be reached: ${typeof code === "string" ? code : message}`,
      meaning: "no order was sent",
      remedy: "run `orders up`, or give the URL of a running API with --api-url",
    },
    { cause },
  );
}

/** Ends in a slash, so that paths can be put after it. */
export function baseUrl(apiUrl: string | undefined): URL {
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
  base.search = "";
  base.hash = "";
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return base;
}
