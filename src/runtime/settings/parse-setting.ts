import { resolve } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { parseBrokers } from "./broker-list.ts";
import type { Checked } from "./checked.ts";
import { parseDatabaseUrl } from "./database-address.ts";
import { checkUrls } from "./http-urls.ts";
import type { SettingSpec } from "./settings.ts";

export interface SettingOrigin {
  /** What a person would correct: --brokers, KAFKA_BROKERS, brokers in /etc/orders.toml. */
  readonly name: string;
  /** Where a relative path begins. */
  readonly directory: string;
}

/**
 * Pure. Reads what a flag, a variable or a file gave. Addresses keep their text (without spaces
 * around it), so that one is still known to be the stack's own.
 * @throws Failure("usage") that names the origin and shows the right form; never a secret.
 */
export function parseSetting(spec: SettingSpec, value: unknown, origin: SettingOrigin): unknown {
  const read = readValue(spec, value, origin);
  if ("value" in read) return read.value;
  const found = shownValue(spec, value);
  throw new Failure("usage", {
    what: `${origin.name} must be ${read.expected}${found === undefined ? "" : `, found ${found}`}`,
    remedy: `correct it, or leave it out for the default (${String(spec.default ?? "none")})`,
  });
}

type Reader = (value: unknown, spec: SettingSpec, origin: SettingOrigin) => Checked<unknown>;

function readValue(spec: SettingSpec, value: unknown, origin: SettingOrigin): Checked<unknown> {
  return readers[spec.kind](value, spec, origin);
}

const readers: Readonly<Record<SettingSpec["kind"], Reader>> = {
  boolean(value) {
    if (value === true || value === "true" || value === "1") return { value: true };
    if (value === false || value === "false" || value === "0") return { value: false };
    return { expected: "true or false" };
  },
  choice(value, { choices }) {
    if (typeof value === "string" && choices?.includes(value)) return { value };
    return { expected: `one of ${choices?.join(", ")}` };
  },
  integer(value, { min = 0, max = Number.MAX_SAFE_INTEGER }) {
    const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max)
      return { value: number };
    return { expected: `a whole number from ${min} to ${max}` };
  },
  // A password may well begin or end with a space, but it is never nothing.
  text: ofText((text, { secret }) =>
    (secret === true ? text : text.trim()) === ""
      ? { expected: "a text that is not empty" }
      : { value: text },
  ),
  brokers: ofText((text) => keepText(parseBrokers(text), text.trim())),
  "database-url": ofText((text) => keepText(parseDatabaseUrl(text), text.trim())),
  "http-urls": ofText(checkUrls),
  file: ofText((text, _, { directory }) =>
    text.trim() === "" || text.includes("\0")
      ? { expected: "the path of a file" }
      : { value: resolve(directory, text) },
  ),
  topic: ofText((text) =>
    /^(?!\.{1,2}$)[\w.-]{1,249}$/.test(text)
      ? { value: text }
      : { expected: "the name of a topic: 1 to 249 letters, digits, dots, _ and -" },
  ),
  group: ofText((text) =>
    /^[^\p{Cc}\s](?:[^\p{Cc}]{0,253}[^\p{Cc}\s])?$/u.test(text)
      ? { value: text }
      : { expected: "the name of a consumer group: 1 to 255 characters, no spaces around it" },
  ),
};

function ofText(
  read: (text: string, spec: SettingSpec, origin: SettingOrigin) => Checked<string>,
): Reader {
  return (value, spec, origin) =>
    typeof value === "string" ? read(value, spec, origin) : { expected: "text (in quotes)" };
}

function keepText(read: Checked<unknown>, text: string): Checked<string> {
  return "expected" in read ? read : { value: text };
}

/** What is not secret helps to find the mistake; user and password in an address are. */
function shownValue(spec: SettingSpec, value: unknown): string | undefined {
  if (spec.secret === true) return undefined;
  const shown = JSON.stringify(value);
  const isAddress = spec.kind === "brokers" || spec.kind === "http-urls";
  return isAddress && shown.includes("@") ? undefined : shown;
}
