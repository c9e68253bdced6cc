import { Failure } from "../failure/failure.ts";
import { describeFound } from "../order/describe-found.ts";
import { isUuid } from "../order/order-id.ts";

/** @returns an id of the outbox or an event's UUID. @throws Failure("usage") for anything else. */
export function readEventRef(text: string): string {
  if (isId(text) || isUuid(text)) return text;
  throw new Failure("usage", {
    what: `an event is named by its id in the outbox or its UUID; found ${describeFound(text)}`,
    remedy: "`orders outbox list` shows the ids",
  });
}

/** @throws Failure("usage") when one is no id. */
export function readEventIds(texts: readonly string[]): readonly number[] {
  const bad = texts.find((text) => !isId(text));
  if (bad === undefined) return texts.map(Number);
  throw new Failure("usage", {
    what: `events are named by their ids in the outbox; found ${describeFound(bad)}`,
    remedy: "`orders outbox list` shows the ids",
  });
}

function isId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}
