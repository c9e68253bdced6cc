import type { HttpOrderRequest } from "../../sending/create-http-target.ts";
import type { PlannedOrder, WorkloadSpec } from "../../workload.ts";
import { createWorkload } from "../../workload.ts";
import { httpTarget, requestBody } from "../http.ts";
import type { TargetKind } from "../target-kind.ts";
import { demandFitting } from "./demand-fitting.ts";
import type { HttpRequestForm } from "./parse-http-request.ts";
import { demandJson } from "./template.ts";

/**
 * Orders of this workload in a system's own form, to its own URL.
 * @throws Failure("usage") where the form does not fit the workload, or gives no JSON.
 */
export function foreignHttp(form: HttpRequestForm, workload: WorkloadSpec): TargetKind {
  const { url, address, method, path, body, bodyNotation, answers } = form;
  const values = form.headers.map(({ value }) => value);
  demandFitting([path, ...values, ...(body === undefined ? [] : [body])], workload);
  if (body !== undefined && bodyNotation === "json")
    demandJson(body, "--body", createWorkload(workload).order(0));
  const asApi = body === undefined && method !== "GET" && method !== "DELETE";
  const unique = asApi || [path, ...values, body].some((each) => each?.unique === true);
  const headersOf = headersFilled(form, asApi);
  return {
    name: httpTarget.name,
    summary: httpTarget.summary,
    ...(unique ? {} : { warning: notUnique }),
    async open({ foreign }) {
      const { createHttpTarget } = await import("../../sending/create-http-target.ts");
      const request = (order: PlannedOrder): HttpOrderRequest => {
        const nowMs = Date.now();
        return {
          path: path.fill(order, nowMs),
          headers: headersOf(order, nowMs),
          body: asApi ? requestBody(order) : (body?.fill(order, nowMs) ?? null),
        };
      };
      const kind = httpTarget.name;
      return createHttpTarget(await foreign(url), { kind, address, method, request, answers });
    },
  };
}

export const notUnique =
  "no order of this load says which it is: one whose answer never comes cannot be found afterwards. Put {{fingerprint}} into a field that the system keeps.";

/** Without a body of its own an order is sent as our API takes it, key included. */
function headersFilled(
  { headers, bodyNotation }: HttpRequestForm,
  asApi: boolean,
): (order: PlannedOrder, nowMs: number) => string[] {
  const given = new Set(headers.map(({ name }) => name.toLowerCase()));
  const json = (asApi || bodyNotation !== undefined) && !given.has("content-type");
  const fixed = json ? ["content-type", "application/json"] : [];
  const keyed = asApi && !given.has("idempotency-key");
  return (order, nowMs) => {
    const filled = [...fixed];
    if (keyed) filled.push("idempotency-key", order.key);
    for (const { name, value } of headers) filled.push(name, value.fill(order, nowMs));
    return filled;
  };
}
