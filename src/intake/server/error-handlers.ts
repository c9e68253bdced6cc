import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { frameworkRefusal } from "../../http/framework-refusal.ts";
import { describeFound } from "../../order/describe-found.ts";
import { TooComplex } from "../body-bounds.ts";
import { problemOfSchemaError, type SchemaError } from "../order-schema.ts";
import type { Problem } from "../problem.ts";
import { sendProblem } from "./answers.ts";

/** Which methods each path takes, for 405. */
export const methodsOf: Readonly<Record<string, string>> = {
  "/order": "POST",
  "/orders/batch": "POST",
  "/health": "GET, HEAD",
  "/ready": "GET, HEAD",
  "/openapi.json": "GET, HEAD",
};

/** Everything Fastify refuses, in the shape of our own refusals. */
export function handleError(logBug: (error: Error) => void) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const [status, problem] = problemOf(error, request);
    if (status >= 500) logBug(error);
    sendProblem(reply, status, problem);
  };
}

function problemOf(error: FastifyError, request: FastifyRequest): [number, Problem] {
  const schemaError = error.validation?.[0];
  if (schemaError !== undefined) {
    const batch = request.routeOptions.url === "/orders/batch";
    return [400, problemOfSchemaError(schemaError as SchemaError, request.body, batch)];
  }
  if (error instanceof TooComplex) return [400, error.problem];
  return frameworkRefusal(error, request);
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split("?", 1)[0] ?? "";
  const methods = Object.hasOwn(methodsOf, path) ? methodsOf[path] : undefined;
  if (methods === undefined) {
    const message = `there is nothing at ${describeFound(path)}; see POST /order, POST /orders/batch`;
    sendProblem(reply, 404, { error: "not_found", message });
    return;
  }
  reply.header("allow", methods);
  const message = `${path} takes ${methods}`;
  sendProblem(reply, 405, { error: "method_not_allowed", message });
}
