import type { Client } from "undici";
import { Failure } from "../../failure/failure.ts";
import { firstUrl } from "../settings/http-urls.ts";

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

/** @param flag where the URL came from: what else than our API's stands at `--url` no `orders up` starts. */
export function unreachable(url: URL, cause: unknown, flag = "--api-url"): Failure {
  const first = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  const { code, message } = first as { code?: unknown; message?: unknown };
  return new Failure(
    "environment",
    {
      what: `${url.href} cannot be reached: ${typeof code === "string" ? code : message}`,
      meaning: "no order was sent",
      remedy:
        flag === "--api-url"
          ? "run `orders up`, or give the URL of a running API with --api-url"
          : `start it, or give another ${flag}`,
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
  const first = firstUrl(apiUrl);
  const base = URL.canParse(first) ? new URL(first) : undefined;
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
