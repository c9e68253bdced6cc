import { describe, expect, it } from "vitest";
import type { KafkaBroker } from "../../../../../src/runtime/kafka/kafkajs-internals/kafka-cluster.ts";
import { readShareOffsets } from "../../../../../src/runtime/kafka/kafkajs-internals/read-share-offsets.ts";

const describeShareGroupOffsets = 90;

/**
 * DescribeShareGroupOffsets answers by version, as Kafka 4.3's own classes write them. Topic orders:
 * partition 0 read up to 70, 30 messages left; 1 not read yet; 2 refused; 3 at 8, its messages not
 * counted. Topic letters: partition 5 at 0, nothing left. Then a group that is not there.
 */
const answers = [
  [
    "000000050306736861726503076f7264657273000000000000000100000000000000020500000000000000000000",
    "0046000000030000000000000001ffffffffffffffff000000030000000000000002000000000000000900000003",
    "0003126e6f207375636820706172746974696f6e00000000030000000000000008000000030000000000086c6574",
    "74657273000000000000000300000000000000040200000005000000000000000000000003000000000000000000",
    "05676f6e650100451647726f757020676f6e65206e6f7420666f756e642e0000",
  ].join(""),
  [
    "000000050306736861726503076f7264657273000000000000000100000000000000020500000000000000000000",
    "004600000003000000000000001e0000000000000001ffffffffffffffff00000003ffffffffffffffff00000000",
    "0000000200000000000000090000000300000000000000040003126e6f207375636820706172746974696f6e0000",
    "000003000000000000000800000003ffffffffffffffff0000000000086c65747465727300000000000000030000",
    "0000000000040200000005000000000000000000000003000000000000000000000000000000000005676f6e6501",
    "00451647726f757020676f6e65206e6f7420666f756e642e0000",
  ].join(""),
].map((hex) => Buffer.from(hex, "hex"));

/** A coordinator that knows the request up to this version, or not at all, and answers as Kafka does. */
function coordinator(maxVersion: number | undefined): KafkaBroker {
  return {
    versions: {
      [describeShareGroupOffsets]: maxVersion === undefined ? undefined : { maxVersion },
    },
    fetch: () => Promise.reject(new Error("nothing is fetched here")),
    connectionPool: {
      async send({ request: { apiKey, apiVersion }, response }) {
        expect(apiKey).toBe(describeShareGroupOffsets);
        const header = Buffer.from([0]);
        const body = answers[apiVersion] ?? Buffer.alloc(0);
        return response.parse(await response.decode(Buffer.concat([header, body])));
      },
    },
  };
}

describe("offsets of a share group", () => {
  it.each([
    1, 2,
  ])("come with what is left, from a broker that knows up to version %i", async (maxVersion) => {
    expect(await readShareOffsets(coordinator(maxVersion), "share")).toMatchObject([
      { topic: "orders", partition: 0, start: 70, lag: 30 },
      { topic: "orders", partition: 3, start: 8, lag: undefined },
      { topic: "letters", partition: 5, start: 0, lag: 0 },
    ]);
  });

  it("come without it from one that does not count", async () => {
    expect(await readShareOffsets(coordinator(0), "share")).toMatchObject([
      { topic: "orders", partition: 0, start: 70, lag: undefined },
      { topic: "orders", partition: 3, start: 8, lag: undefined },
      { topic: "letters", partition: 5, start: 0, lag: undefined },
    ]);
  });

  it("are none where the broker does not know the request", async () => {
    expect(await readShareOffsets(coordinator(undefined), "share")).toEqual([]);
  });
});
