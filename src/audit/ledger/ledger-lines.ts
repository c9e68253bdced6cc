import type { RejectionDetail } from "../order-trace.ts";
import type { AskedLine, LoggedOrder } from "../row-origins.ts";
import type { SentOrder } from "../sent-order.ts";
import type { LedgerLetter, LedgerRow } from "./ledger-trace.ts";

/*
 * One line of text for each thing that is spilled: its key, then fields with tabs between them. A third
 * of the time of JSON, of which there are four for each order. What a field itself has of tabs, line
 * feeds and backslashes is written with a backslash.
 */

const tab = "\t";
const special = /[\t\n\r\\]/;
/** No field is written so. */
const none = "\\0";
const named: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", "\\": "\\" };

function field(text: string): string {
  if (!special.test(text)) return text;
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

function text(field: string | undefined): string {
  if (field === undefined) return "";
  if (!field.includes("\\")) return field;
  return field.replaceAll(/\\(.)/g, (_, name: string) => named[name] ?? name);
}

/** No field is written so: a backslash stands before a letter that says what it is. */
const notKnown = "\\-";
const asKey = "\\=";

function known(value: string | undefined): string {
  return value === undefined ? notKnown : field(value);
}

function knownIn(field: string | undefined): string | undefined {
  return field === notKnown ? undefined : text(field);
}

/** Nearly every key is the id itself: it is not written again. */
function idField(orderId: string, key: string): string {
  return orderId === key ? asKey : field(orderId);
}

function idIn(field: string | undefined, key: string | undefined): string {
  return (field === asKey ? key : text(field)) ?? "";
}

/** "" is no number. */
function optional(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}

function number(field: string | undefined): number | undefined {
  return field === undefined || field === "" ? undefined : Number(field);
}

/** By any side's line. */
export function keyOf(line: string): string {
  return line.slice(0, line.indexOf(tab));
}

export function sentLine(key: string, order: SentOrder): string {
  const { orderId, customerId, state, sentAtMs, answeredAtMs, lines } = order;
  const times = `${optional(sentAtMs)}\t${optional(answeredAtMs)}`;
  return `${key}\t${idField(orderId, key)}\t${state}\t${times}\t${contents(customerId, lines)}`;
}

export function sentIn(line: string): SentOrder {
  const fields = line.split(tab);
  return {
    orderId: idIn(fields[1], fields[0]),
    state: fields[2] as SentOrder["state"],
    sentAtMs: number(fields[3]),
    answeredAtMs: number(fields[4]),
    customerId: knownIn(fields[5]) ?? "",
    lines: linesIn(fields, 6),
  };
}

export function loggedLine(key: string, { orderId, contents: of, ...at }: LoggedOrder): string {
  const id = orderId === undefined ? none : idField(orderId, key);
  const head = `${key}\t${at.partition}\t${at.offset}\t${id}`;
  return of === undefined ? head : `${head}\t${contents(of.customerId, of.lines)}`;
}

export function loggedIn(line: string): LoggedOrder {
  const fields = line.split(tab);
  return {
    partition: Number(fields[1]),
    offset: Number(fields[2]),
    orderId: fields[3] === none ? undefined : idIn(fields[3], fields[0]),
    contents:
      fields.length < 5 ? undefined : { customerId: knownIn(fields[4]), lines: linesIn(fields, 5) },
  };
}

export function rowLine(key: string, row: LedgerRow): string {
  const { lineNo, customerId, productId, quantity, amount, status } = row;
  const { partition, offset, decidedAge, rejectionReason, rejectionDetail, namesMessage } = row;
  const what = `${known(customerId)}\t${field(productId)}\t${quantity}\t${optional(amount)}`;
  const by = `${optional(partition)}\t${optional(offset)}\t${optional(decidedAge)}`;
  const line = `${key}\t${optional(lineNo)}\t${what}\t${field(status)}\t${by}`;
  const usual = namesMessage === (offset !== undefined);
  // Nearly all rows end here.
  if (rejectionReason === null && rejectionDetail === null && usual) return line;
  return `${line}\t${field(JSON.stringify([rejectionReason, rejectionDetail, namesMessage]))}`;
}

export function rowIn(line: string): LedgerRow {
  const fields = line.split(tab);
  const rejection = fields[10];
  const offset = number(fields[8]);
  const [rejectionReason, rejectionDetail, namesMessage] = (
    rejection === undefined ? [null, null, offset !== undefined] : JSON.parse(text(rejection))
  ) as [string | null | undefined, RejectionDetail | null | undefined, boolean];
  return {
    lineNo: number(fields[1]),
    customerId: knownIn(fields[2]),
    productId: text(fields[3]),
    quantity: Number(fields[4]),
    amount: number(fields[5]),
    status: text(fields[6]),
    partition: number(fields[7]),
    offset,
    decidedAge: number(fields[9]),
    namesMessage,
    rejectionReason,
    rejectionDetail,
  };
}

export function letterLine(key: string, letter: LedgerLetter): string {
  const { partition, offset, replayed, reason } = letter;
  return [key, optional(partition), optional(offset), replayed ? "1" : "", field(reason)].join(tab);
}

export function letterIn(line: string): LedgerLetter {
  const fields = line.split(tab);
  return {
    partition: number(fields[1]),
    offset: number(fields[2]),
    replayed: fields[3] === "1",
    reason: text(fields[4]),
  };
}

function contents(customerId: string | undefined, lines: readonly AskedLine[]): string {
  let out = known(customerId);
  for (const { productId, quantity, amount } of lines) {
    out += `${tab}${field(productId)}${tab}${quantity}${tab}${optional(amount)}`;
  }
  return out;
}

function linesIn(fields: readonly string[], from: number): readonly AskedLine[] {
  const lines: AskedLine[] = [];
  for (let at = from; at + 2 < fields.length; at += 3) {
    lines.push({
      productId: text(fields[at]),
      quantity: Number(fields[at + 1]),
      amount: number(fields[at + 2]),
    });
  }
  return lines;
}
