import pino from "pino";
import { type ApiCounts, serveApi } from "../../../src/intake/wiring/serve-api.ts";
import { answersAsDocumented } from "../answers-as-documented.ts";
import { eventually, testSettings } from "../services.ts";

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** The API in this process, over real HTTP and real Kafka. */
export interface RunningApi {
  readonly url: string;
  readonly logLines: readonly string[];
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  untilReady(): Promise<void>;
  stop(): Promise<ApiCounts>;
}

export async function runApi(
  overrides: Parameters<typeof testSettings>[0] = {},
): Promise<RunningApi> {
  const stop = new AbortController();
  const logLines: string[] = [];
  const log = pino({ level: "info" }, { write: (line) => logLines.push(line) });
  let running: Promise<ApiCounts> | undefined;
  const port = await new Promise<number>((resolve, reject) => {
    running = serveApi({
      settings: testSettings(overrides),
      host: "127.0.0.1",
      port: 0,
      log,
      signal: stop.signal,
      onListening: resolve,
    });
    running.catch(reject);
  });
  const url = `http://127.0.0.1:${port}`;
  const get = (path: string) => fetch(`${url}${path}`).then(toAnswer);
  const document = await (await fetch(`${url}/openapi.json`)).json();
  const checkAnswer = await answersAsDocumented(document as object);
  return {
    url,
    logLines,
    get,
    async post(path, body, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      const answer = await toAnswer(response);
      checkAnswer({ method: "POST", path }, answer);
      return answer;
    },
    untilReady: async () => {
      await eventually(async () => (await get("/ready")).status === 200, "the API is ready");
    },
    stop: () => {
      stop.abort();
      return running as Promise<ApiCounts>;
    },
  };
}

async function toAnswer(response: Response): Promise<Answer> {
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
}

export function anOrder(customer = "CUST001") {
  return { customer_id: customer, product_id: "PROD001", quantity: 5, amount: 6499.95 };
}
