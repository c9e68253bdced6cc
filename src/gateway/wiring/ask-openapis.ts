import type { Dispatcher } from "undici";
import type { Instances } from "../instances.ts";
import type { OpenApi } from "../merge-openapi.ts";

const answerWithinMs = 3_000;

/** @returns undefined when one of them does not answer with such a document. */
export async function askOpenApis(
  upstreams: readonly Instances[],
  dispatcher: Dispatcher,
): Promise<readonly OpenApi[] | undefined> {
  try {
    return await Promise.all(upstreams.map((instances) => askOne(instances, dispatcher)));
  } catch {
    return undefined;
  }
}

async function askOne(instances: Instances, dispatcher: Dispatcher): Promise<OpenApi> {
  const instance = instances.next(new Set());
  const { statusCode, body } = await dispatcher.request({
    ...{ origin: instance?.origin ?? "", path: `${instance?.prefix}/openapi.json`, method: "GET" },
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const document = (await body.json()) as OpenApi;
  if (statusCode !== 200 || !document.paths || !document.components)
    throw new Error(`no document: ${statusCode}`);
  return document;
}
