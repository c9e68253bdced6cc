import { baseUrl, unreachable } from "../../runtime/stack/reach-api.ts";
import type { HttpConnection } from "../sending/http/exchange.ts";
import type { ApiConnections } from "../targets/target-kind.ts";
import { greet } from "./http/greet.ts";
import { PlainConnection } from "./http/plain-connection.ts";

export interface ApiSettings {
  readonly apiUrl: string | undefined;
  readonly connectTimeoutMs: number;
}

export interface ApiLimits {
  readonly connectionsMax: number;
  /** Orders per second to expect; decides how many connections are open before the first. */
  readonly ratePerSecond: number;
  readonly signal?: AbortSignal | undefined;
}

/** Enough for answers within 10 ms; more are opened as they are needed. */
const openedPerOrderPerSecond = 0.01;
const openedMax = 50;

/**
 * Connections to <apiUrl>/<path>, of which some are open.
 * @param flag where the URL came from, for what is said when nothing is there.
 * @throws Failure("environment") when no URL is known, or nothing there answers.
 * @throws Failure("usage") when it is not a plain http or https URL.
 */
export async function openApiConnections(
  settings: ApiSettings,
  path: string,
  { connectionsMax, ratePerSecond, signal }: ApiLimits,
  flag = "--api-url",
): Promise<ApiConnections> {
  const base = baseUrl(settings.apiUrl);
  const url = new URL(path, base);
  const connect = await connector(url, settings);
  const count = Math.ceil(
    Math.min(openedMax, connectionsMax, ratePerSecond * openedPerOrderPerSecond),
  );
  const opened = Array.from({ length: count }, connect);
  const destroyAll = () => Promise.all(opened.map((each) => each.destroy()));
  const stop = () => void destroyAll();
  signal?.addEventListener("abort", stop, { once: true });
  const health = new URL("health", base);
  const greeting = Promise.allSettled(
    opened.map((each) => greet(each, health, 2 * settings.connectTimeoutMs)),
  );
  if (signal?.aborted === true) stop();
  const greetings = await greeting;
  signal?.removeEventListener("abort", stop);
  const refusal = greetings.find(({ status }) => status === "rejected");
  if (refusal?.status === "rejected" && greetings.every(({ status }) => status === "rejected")) {
    await destroyAll();
    throw unreachable(url, refusal.reason, flag);
  }
  return { url, connectionsMax, opened, connect };
}

/**
 * One request at a time on each. More was measured (scripts/bench-connections.js): no less CPU a
 * request, and what waits behind another's answer, or is cut with it, would be counted against the
 * system.
 */
async function connector(
  url: URL,
  settings: Pick<ApiSettings, "connectTimeoutMs">,
): Promise<() => HttpConnection> {
  if (url.protocol === "http:") return () => new PlainConnection(url, settings);
  const { TlsConnection } = await import("./http/tls-connection.ts");
  return () => new TlsConnection(url, settings);
}
