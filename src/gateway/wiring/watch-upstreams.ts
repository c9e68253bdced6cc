import { setTimeout as wait } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import type { Instance, Instances } from "../instances.ts";

const askEveryMs = 1_000;
const answerWithinMs = 3_000;

/** Asks each instance again and again whether it is ready; ready are the upstreams all together. */
export function watchUpstreams(
  upstreams: Readonly<Record<string, Instances>>,
  dispatcher: Dispatcher,
): Runnable {
  const stop = new AbortController();
  let asking: Promise<unknown> = Promise.resolve();

  async function ask(instance: Instance): Promise<void> {
    while (!stop.signal.aborted) {
      instance.notReadyBecause = await reasonOf(dispatcher, instance);
      await wait(askEveryMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  }

  return createRunnable("upstreams", {
    start() {
      asking = Promise.all(Object.values(upstreams).flatMap(({ all }) => all.map(ask)));
    },
    notReadyBecause() {
      for (const [name, instances] of Object.entries(upstreams)) {
        const reason = instances.notReadyBecause();
        if (reason !== undefined) return `the ${name} is not ready: ${reason}`;
      }
      return undefined;
    },
    async stop() {
      stop.abort();
      await asking;
    },
  });
}

async function reasonOf(
  dispatcher: Dispatcher,
  { origin, prefix }: Instance,
): Promise<string | undefined> {
  try {
    const { statusCode, body } = await dispatcher.request({
      ...{ origin, path: `${prefix}/ready`, method: "GET" },
      signal: AbortSignal.timeout(answerWithinMs),
    });
    await body.dump();
    return statusCode === 200 ? undefined : `it answers ${statusCode}`;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code ?? message;
  }
}
