import { Failure } from "../../../failure/failure.ts";
import type { AnswerReading } from "../../../order/order-answer.ts";
import { type HttpMethod, httpMethods } from "../http-method.ts";
import { parseAccepted } from "./parse-accepted.ts";
import type { Placeholder } from "./placeholders.ts";
import { type Notation, parseTemplate, type Template } from "./template.ts";

/** A system's way to take an order, as a person writes it: flags of `orders produce`. */
export interface HttpRequestText {
  /** With placeholders in path and query. */
  readonly url: string;
  readonly method?: string | undefined;
  /** `Name: value` each. */
  readonly headers?: readonly string[] | undefined;
  /** Undefined: as our API takes it. */
  readonly body?: string | undefined;
  /** `data.order.id` */
  readonly idField?: string | undefined;
  /** `200,201,2xx` */
  readonly accept?: string | undefined;
}

/** The same, checked. */
export interface HttpRequestForm {
  readonly url: URL;
  /** For people: path as written, of a query only that there is one. */
  readonly address: string;
  readonly method: HttpMethod;
  /** With its query. */
  readonly path: Template;
  readonly headers: readonly { readonly name: string; readonly value: Template }[];
  readonly body: Template | undefined;
  /** How the body is written; undefined where there is none. */
  readonly bodyNotation: Notation | undefined;
  readonly answers: AnswerReading;
}

/**
 * @param environment for `{{env.NAME}}` in headers: so a secret need not stand on the command line.
 * @throws Failure("usage") that names the flag, and never a header's value.
 */
export function parseHttpRequest(
  text: HttpRequestText,
  environment: Readonly<Record<string, string | undefined>>,
): HttpRequestForm {
  const headers = (text.headers ?? []).map((each) => parseHeader(each, environment));
  const contentType = headers.find(({ name }) => name.toLowerCase() === "content-type");
  const bodyNotation =
    text.body === undefined ? undefined : notationOf(contentType?.value.text ?? "application/json");
  return {
    ...parseUrl(text.url),
    method: parseMethod(text.method ?? "POST"),
    headers,
    body:
      text.body === undefined
        ? undefined
        : parseTemplate(text.body, "--body", bodyNotation ?? "json"),
    bodyNotation,
    answers: {
      accepts: parseAccepted(text.accept ?? "2xx"),
      idPath: text.idField === undefined ? undefined : parseIdField(text.idField),
      ownIds: true,
    },
  };
}

const anyPlaceholder = /\{\{[^{}]*\}\}/g;

function parseUrl(text: string): Pick<HttpRequestForm, "url" | "address" | "path"> {
  const [, origin = "", rest = ""] = /^(https?:\/\/[^/?#{}\s]+)(.*)$/is.exec(text) ?? [];
  const bare = rest.replaceAll(anyPlaceholder, "x");
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  const plain = /^[/?][\w!$%&'()*+,\-./:;=?@[\]~]*$/.test(bare) || bare === "";
  if (url === undefined || url.username !== "" || url.password !== "" || !plain) {
    throw usage(
      "--url is not a plain http or https URL",
      "write e.g. --url http://127.0.0.1:8080/orders, without user name and password; what a URL cannot carry as %20",
    );
  }
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return {
    url,
    address: `${url.origin}${path.replace(/\?.*$/s, "?…")}`,
    path: parseTemplate(path, "--url", "url"),
  };
}

function parseMethod(text: string): HttpMethod {
  const method = httpMethods.find((each) => each === text.toUpperCase());
  if (method !== undefined) return method;
  throw usage(`--method "${text}" cannot place an order`, `use one of ${httpMethods.join(", ")}`);
}

/** What the connection itself says of a request. */
const ownHeaders = new Set([
  ...["connection", "content-length", "expect", "keep-alive", "te", "trailer"],
  ...["transfer-encoding", "upgrade"],
]);

function parseHeader(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): HttpRequestForm["headers"][number] {
  const [, name, value = ""] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*)$/s.exec(text) ?? [];
  if (name === undefined || !isHeaderValue(value)) {
    throw usage(
      "a --header is not of the form 'Name: value'",
      "write e.g. --header 'Authorization: Bearer {{env.TOKEN}}', on one line, in printable ASCII",
    );
  }
  if (ownHeaders.has(name.toLowerCase()))
    throw usage(`--header ${name} is the connection's own`, "leave it out");
  const where = `--header ${name}`;
  return { name, value: parseTemplate(value, where, "header", secrets(value, where, environment)) };
}

function secrets(
  text: string,
  where: string,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, Placeholder>> {
  const names = [...text.matchAll(/\{\{\s*env\.(\w+)\s*\}\}/g)].map(([, name = ""]) => name);
  return Object.fromEntries(
    names.map((name) => {
      const value = environment[name];
      if (value === undefined || !isHeaderValue(value)) {
        throw usage(
          `${where} needs the environment variable ${name}, which ${value === undefined ? "is not set" : "a header cannot carry"}`,
          `export ${name}=…, or leave the placeholder out`,
        );
      }
      return [`env.${name}`, { summary: "", of: () => value }];
    }),
  );
}

function isHeaderValue(text: string): boolean {
  return /^[\t -~]*$/.test(text);
}

function notationOf(contentType: string): Notation {
  if (/json/i.test(contentType)) return "json";
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) return "url";
  throw usage(
    "--body can be JSON or a form, and the header Content-Type says something else",
    "leave it out for JSON, or give --header 'Content-Type: application/x-www-form-urlencoded'",
  );
}

function parseIdField(text: string): readonly string[] {
  const path = text.split(".");
  if (path.every((name) => name !== "")) return path;
  throw usage(
    `--id-field "${text}" names no field`,
    "write the names from the outside in, e.g. --id-field data.order.id",
  );
}

function usage(what: string, remedy: string): Failure {
  return new Failure("usage", { what, remedy });
}
