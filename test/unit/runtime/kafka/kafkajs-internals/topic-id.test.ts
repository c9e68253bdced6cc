import { expect, it } from "vitest";
import { readAnswer } from "../../../../../src/runtime/kafka/kafkajs-internals/compact-bytes.ts";
import { decodeTopicId } from "../../../../../src/runtime/kafka/kafkajs-internals/topic-id.ts";

const text = (value: string) =>
  Buffer.concat([Buffer.from([value.length + 1]), Buffer.from(value)]);
const id = "00112233445566778899aabbccddeeff";

/** A Metadata response of version 10 with these parts. */
const response = (header: Buffer, rack: Buffer, topics: Buffer) =>
  Buffer.concat([
    header,
    Buffer.alloc(4),
    Buffer.from([3]), // two brokers
    ...[1, 2].flatMap((node) => [
      Buffer.from([0, 0, 0, node]),
      text("broker.example"),
      Buffer.from([0, 0, 0x23, 0x84]),
      rack,
      Buffer.from([0]),
    ]),
    text("cluster"),
    Buffer.alloc(4),
    topics,
  ]);
const topicIdIn = (payload: Buffer) => readAnswer(payload, decodeTopicId);
const topics = (name: Buffer) =>
  Buffer.concat([Buffer.from([2, 0, 0]), name, Buffer.from(id, "hex"), Buffer.from([0, 1])]);

it("finds the topic's id behind brokers with and without racks, and behind unknown tagged fields", () => {
  const plain = Buffer.from([0]);
  const tagged = Buffer.from([1, 7, 2, 0xaa, 0xbb]);
  expect(topicIdIn(response(plain, Buffer.from([0]), topics(text("orders"))))).toBe(id);
  expect(topicIdIn(response(tagged, text("rack-1"), topics(text("orders"))))).toBe(id);
  const long = Buffer.concat([Buffer.from([0xc9, 0x01]), Buffer.alloc(200, "x")]);
  expect(topicIdIn(response(plain, text("r"), topics(long)))).toBe(id);
});

it("finds none where there is no topic", () => {
  expect(topicIdIn(response(Buffer.from([0]), Buffer.from([0]), Buffer.from([1])))).toMatch(
    /^0{32}$/,
  );
});
