import { setTimeout as wait } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";

const askEveryMs = 1_000;
const answerWithinMs = 3_000;

/** Asks each upstream again and again whether it is ready; ready are they all together. */
export function watchUpstreams(
  upstreams: Readonly<Record<string, string>>,
  dispatcher: Dispatcher,
): Runnable {
  const reasons = new Map<string, string>(
    Object.keys(upstreams).map((name) => [name, "it has not been asked yet"]),
  );
  const stop = new AbortController();
  let asking: Promise<unknown> = Promise.resolve();

  async function ask(name: string, base: string): Promise<void> {
    const { origin, pathname } = new URL(base);
    while (!stop.signal.aborted) {
      const reason = await reasonOf(dispatcher, origin, `${pathname.replace(/\/$/, "")}/ready`);
      if (reason === undefined) reasons.delete(name);
      else reasons.set(name, reason);
      await wait(askEveryMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  }

  return createRunnable("upstreams", {
    start() {
      asking = Promise.all(Object.entries(upstreams).map(([name, base]) => ask(name, base)));
    },
    notReadyBecause() {
      const [first] = reasons;
      return first === undefined ? undefined : `the ${first[0]} is not ready: ${first[1]}`;
    },
    async stop() {
      stop.abort();
      await asking;
    },
  });
}

async function reasonOf(
  dispatcher: Dispatcher,
  origin: string,
  path: string,
): Promise<string | undefined> {
  try {
    const { statusCode, body } = await dispatcher.request({
      ...{ origin, path, method: "GET" },
      signal: AbortSignal.timeout(answerWithinMs),
    });
    await body.dump();
    return statusCode === 200 ? undefined : `it answers ${statusCode}`;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code ?? message;
  }
}
