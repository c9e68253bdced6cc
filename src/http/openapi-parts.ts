/** What the documents of our servers (OpenAPI 3.1, whose schemas are JSON Schema) are put together from. */
export type Schemas = Readonly<Record<string, object>>;

export function ref(schema: string) {
  return { $ref: `#/components/schemas/${schema}` };
}

/** An answer, or a body, that is JSON of this schema. */
export function json(description: string, schema: object) {
  return { description, content: { "application/json": { schema } } };
}

/** Every field of it is always there, but for those named. */
export function record(properties: Schemas, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", required, properties } as const;
}

/** @param words what its `error` may be. */
export function problemSchema(words: readonly string[], more: Schemas = {}) {
  const properties = {
    error: { type: "string", enum: words, description: "a word for programs" },
    message: { type: "string", description: "a sentence for people" },
    ...more,
  };
  return record(properties, Object.keys(more));
}

export const idempotencyKeyParameter = {
  ...{ name: "Idempotency-Key", in: "header", required: false },
  description: "the same key stands for the same order, however often it is sent",
  schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
} as const;
