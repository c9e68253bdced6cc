import { Failure } from "../../failure/failure.ts";
import type { WorkloadSpec } from "../workload.ts";
import { httpBatchTarget } from "./http.ts";
import { loadTargets } from "./load-targets.ts";
import type { TargetKind } from "./target-kind.ts";

/** Where orders go and in which form, as a person says it: flags of `orders produce`. */
export interface TargetText {
  readonly target: string;
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly body?: string | undefined;
  readonly key?: string | undefined;
  readonly "id-field"?: string | undefined;
  readonly accept?: string | undefined;
  readonly "max-in-flight"?: number | undefined;
}

/**
 * One of ours, or, with a URL or a form of their own, another system's.
 * @param environment for secrets in headers.
 * @throws Failure("usage") where flags do not go together, or the form cannot be read.
 */
export async function chooseTarget(
  text: TargetText,
  workload: WorkloadSpec,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<TargetKind> {
  const { url, target, body, key, header: headers } = text;
  for (const flag of ["method", "id-field", "accept"] as const)
    if (text[flag] !== undefined && url === undefined) throw apart(flag, "--url");
  if (key !== undefined && target !== "kafka") throw apart("key", "--target kafka");
  const { perRequest } = workload;
  if (perRequest !== undefined && (target !== "http" || url !== undefined))
    throw apart("per-request", "--target http, and our API");
  if ((perRequest ?? 1) > (text["max-in-flight"] ?? Number.POSITIVE_INFINITY)) {
    throw new Failure("usage", {
      what: `a request of ${perRequest} orders is more than --max-in-flight lets out at once`,
      meaning: "every order would be dropped",
      remedy: "raise --max-in-flight, or lower --per-request",
    });
  }
  if (url !== undefined) {
    if (target !== "http") throw apart("url", "--target http");
    const { parseHttpRequest } = await import("./foreign/parse-http-request.ts");
    const { foreignHttp } = await import("./foreign/foreign-http.ts");
    const { method, accept, "id-field": idField } = text;
    const form = parseHttpRequest({ url, method, headers, body, idField, accept }, environment);
    return foreignHttp(form, workload);
  }
  if (body !== undefined || key !== undefined || headers !== undefined) {
    if (target !== "kafka") {
      const flag = body === undefined ? "header" : "body";
      throw apart(flag, "--url, or with --target kafka");
    }
    const { foreignKafka } = await import("./foreign/foreign-kafka.ts");
    return foreignKafka({ key, headers, body }, workload);
  }
  if (perRequest !== undefined) return httpBatchTarget(perRequest);
  return loadTargets.find(({ name }) => name === target) ?? loadTargets[0];
}

function apart(flag: string, beside: string): Failure {
  return new Failure("usage", {
    what: `--${flag} goes with ${beside} only`,
    remedy: `leave it out, or give it with ${beside}`,
  });
}
