import { hash, randomFillSync } from "node:crypto";

/** Namespace of ids derived from an Idempotency-Key. Never change it: it is part of the protocol. */
const idempotencyNamespace = Buffer.from("6f1b0b0e7d7c5c0e9a556f7264657273", "hex");

/** @returns a new time-ordered id (UUIDv7): fresh rows land at the end of the primary key's index. */
export function newOrderId(): string {
  return newId(Date.now());
}

let lastMs = 0;
/** 32 bits, counted up within a millisecond: ids of one process never step back. */
let sequence = 0;
const random = new Uint8Array(4_096);
let randomAt = random.length;
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Time and version of `lastMs`, as they stand in the text. */
let timeText = "";

/**
 * RFC 9562, 5.7 and 6.2 (method 1). Every order needs one: random bytes are fetched for hundreds at a
 * time, and what is the same within a millisecond is written once.
 */
function newId(nowMs: number): string {
  if (randomAt + randomPerId > random.length) {
    randomFillSync(random);
    randomAt = 0;
  }
  const at = randomAt;
  randomAt += randomPerId;
  sequence += 1;
  if (nowMs > lastMs || sequence > sequenceMax) {
    lastMs = Math.max(nowMs, lastMs + 1);
    // The first bit is 0, so that there is room to count.
    sequence =
      ((byteAt(at) & 0x7f) << 24) | (byteAt(at + 1) << 16) | (byteAt(at + 2) << 8) | byteAt(at + 9);
    const hex = lastMs.toString(16).padStart(12, "0");
    timeText = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  }
  const high = hexOf(sequence >>> 24);
  const middle = hexOf((sequence >>> 16) & 0xff);
  const variant = hexOf(0x80 | ((sequence >>> 14) & 0x3f));
  const low = hexOf((sequence >>> 6) & 0xff);
  const last = hexOf(((sequence & 0x3f) << 2) | (byteAt(at + 3) & 3));
  const rest =
    hexOf(byteAt(at + 4)) +
    hexOf(byteAt(at + 5)) +
    hexOf(byteAt(at + 6)) +
    hexOf(byteAt(at + 7)) +
    hexOf(byteAt(at + 8));
  return `${timeText}${high}${middle.charAt(0)}-${variant}${low}-${last}${rest}`;
}

/** Four of them begin a millisecond's sequence. */
const randomPerId = 10;
const sequenceMax = 0xffff_ffff;

function byteAt(at: number): number {
  return random[at] as number;
}

function hexOf(byte: number): string {
  return hexOfByte[byte] as string;
}

/**
 * The id of the order that a customer placed under an Idempotency-Key: the same on every instance
 * and after a restart, so a client knows it even when the answer never came.
 * JSON keeps the pair unambiguous: ("a", "b:c") and ("a:b", "c") are different orders.
 */
export function orderIdForKey(customerId: string, idempotencyKey: string): string {
  const name = Buffer.from(JSON.stringify([customerId, idempotencyKey]));
  return uuidV5(Buffer.concat([idempotencyNamespace, name]));
}

/** Namespace of ids of events that follow from an order. Never change it: readers know events by them. */
const eventNamespace = Buffer.from("1c7b3a52d1e94f0f8c6bb1a0e55f7a21", "hex");

/** The id of the event of this kind that follows from an order: the same in every copy, whoever tells it. */
export function derivedEventId(orderId: string, kind: string): string {
  return uuidV5(Buffer.concat([eventNamespace, Buffer.from(`${orderId} ${kind}`)]));
}

const variantDigits = "89ab";

/**
 * RFC 9562, 5.5. Every order needs one, at the API and at the load: the one-shot hash takes a quarter
 * of the time of the uuid package's v5, and leaves no hash object to collect.
 */
export function uuidV5(namespaceAndName: Buffer): string {
  const hex = hash("sha1", namespaceAndName, "hex");
  const variant = variantDigits.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The key of element `index` of a batch sent under one Idempotency-Key. */
export function batchElementKey(idempotencyKey: string, index: number): string {
  return `${idempotencyKey}#${index}`;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any version of UUID: other programs choose their own. */
export function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuidPattern.test(value);
}
