import { Failure } from "../failure/failure.ts";

/** What a person calls a dead letter by: its id, or where its message stood. */
export type LetterRef =
  | { readonly kind: "id"; readonly id: number }
  | {
      readonly kind: "source";
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
    };

/** Pure: `12` or `orders-placed/3/4711`. @throws Failure("usage") for anything else. */
export function parseLetterRef(text: string): LetterRef {
  if (/^\d{1,15}$/.test(text)) return { kind: "id", id: Number(text) };
  const [, topic, partition, offset] = /^([\w.-]{1,249})\/(\d{1,9})\/(\d{1,15})$/.exec(text) ?? [];
  if (topic !== undefined)
    return { kind: "source", topic, partition: Number(partition), offset: Number(offset) };
  throw new Failure("usage", {
    what: `${JSON.stringify(text.slice(0, 80))} names no dead letter`,
    remedy:
      "give an id, or topic/partition/offset of the message, as `orders dlq list` prints them",
  });
}
