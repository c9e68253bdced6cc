import { createSchemaValidator } from "../schema-validator.ts";

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
}

/** Throws when an answer is another than the document says; of a path that is not in it, never. */
export type CheckAnswer = (
  asked: { readonly method: string; readonly path: string },
  answer: { readonly status: number; readonly body: unknown },
) => void;

/** @returns a check of real answers by an OpenAPI 3.1 document. */
export async function answersAsDocumented(document: object): Promise<CheckAnswer> {
  const ajv = await createSchemaValidator();
  ajv.addSchema(document, "document");
  const { paths } = document as Document;
  const patterns = Object.keys(paths).map(
    (path) => [path, new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`)] as const,
  );
  return ({ method, path }, { status, body }) => {
    const found = patterns.find(([, pattern]) => pattern.test(path))?.[0];
    const operation = found === undefined ? undefined : paths[found]?.[method.toLowerCase()];
    if (found === undefined || operation === undefined) return;
    const key = [String(status), "default"].find((each) => each in operation.responses);
    const where = `${method} ${path} ${status}`;
    if (key === undefined) throw new Error(`${where} is not in the document`);
    const steps = ["paths", found, method.toLowerCase(), "responses", key];
    const pointer = [...steps, "content", "application/json", "schema"]
      .map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    const validate = ajv.getSchema(`document#/${pointer}`);
    if (validate === undefined) throw new Error(`${where}: the document has no schema for it`);
    if (!validate(body))
      throw new Error(`${where}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`);
  };
}
