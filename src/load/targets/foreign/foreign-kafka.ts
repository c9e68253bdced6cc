import { Failure } from "../../../failure/failure.ts";
import { createWorkload, type WorkloadSpec } from "../../workload.ts";
import { kafkaTarget } from "../kafka.ts";
import type { TargetKind } from "../target-kind.ts";
import { demandFitting } from "./demand-fitting.ts";
import { notUnique } from "./foreign-http.ts";
import { demandJson, parseTemplate, type Template } from "./template.ts";

/** A message as a person writes it: flags of `orders produce`. */
export interface MessageText {
  /** Decides the partition; undefined: the customer's id. */
  readonly key?: string | undefined;
  /** `name: value` each. */
  readonly headers?: readonly string[] | undefined;
  /** Undefined: the value that our API writes. */
  readonly body?: string | undefined;
}

/**
 * Orders of this workload as another system's messages.
 * @throws Failure("usage") where a template cannot be read, does not fit the workload, or gives no JSON.
 */
export function foreignKafka(text: MessageText, workload: WorkloadSpec): TargetKind {
  const key = parseTemplate(text.key ?? "{{customer_id}}", "--key", "plain");
  const body = text.body === undefined ? undefined : parseTemplate(text.body, "--body", "json");
  const headers = (text.headers ?? []).map(parseRecordHeader);
  const templates = [key, ...headers.map(({ value }) => value), ...(body ? [body] : [])];
  demandFitting(templates, workload);
  if (body !== undefined) demandJson(body, "--body", createWorkload(workload).order(0));
  const unique = body === undefined || templates.some((each) => each.unique);
  return {
    name: kafkaTarget.name,
    summary: kafkaTarget.summary,
    ...(unique ? {} : { warning: notUnique }),
    async open({ log }) {
      const { createKafkaTarget, intakeMessage } = await import(
        "../../sending/create-kafka-target.ts"
      );
      return createKafkaTarget(await log(), kafkaTarget.name, (order, nowMs) => ({
        key: key.fill(order, nowMs),
        value:
          body === undefined
            ? intakeMessage(order, nowMs).value
            : Buffer.from(body.fill(order, nowMs)),
        ...(headers.length > 0 && {
          headers: Object.fromEntries(
            headers.map(({ name, value }) => [name, value.fill(order, nowMs)]),
          ),
        }),
      }));
    },
  };
}

function parseRecordHeader(text: string): { readonly name: string; readonly value: Template } {
  const [, name, value = ""] = /^([^:\s]+):[ \t]*(.*)$/s.exec(text) ?? [];
  if (name === undefined) {
    throw new Failure("usage", {
      what: "a --header is not of the form 'name: value'",
      remedy: "write e.g. --header 'source: load-{{fingerprint}}'",
    });
  }
  return { name, value: parseTemplate(value, `--header ${name}`, "plain") };
}
