import { expect, it } from "vitest";
import { readAnswer } from "../../../../../src/runtime/kafka/kafkajs-internals/compact-bytes.ts";
import { readStreamsGroup } from "../../../../../src/runtime/kafka/kafkajs-internals/newer-groups.ts";

/**
 * A StreamsGroupDescribe answer, version 0, as Kafka 4.3's own classes write it: a topology with
 * internal topics, a member with an endpoint and one without, tasks, tags and task offsets. (Groups
 * of the other kinds are made by Kafka's own client in the integration tests; there is none for these.)
 */
const answer = Buffer.from(
  [
    "00000000020000000c73747265616d732d61707007537461626c650000000500000005010000000102023002",
    "0e6f72646572732d706c61636564020272021073746f72652d6368616e67656c6f67000000040001020f636c",
    "65616e75702e706f6c69637908636f6d706163740000021073746f72652d6368616e67656c6f670000000400",
    "01020f636c65616e75702e706f6c69637908636f6d706163740000000003036d310000000302690006617070",
    "2d310a2f31302e302e302e390000000103703101026823820002026b02760002023000000001000000000000",
    "004d000102023003000000000000000100010202310200000003000002023003000000000000000100010202",
    "31020000000300000000036d3200000003026900066170702d320a2f31302e302e302e3900000001037031ff",
    "02026b02760002023000000001000000000000004d0001020230030000000000000001000102023102000000",
    "0300000202300300000000000000010001020231020000000300000000800000000000",
  ].join(""),
  "hex",
);

it("finds the members of a streams group behind its topology and tasks", () => {
  const header = Buffer.from([0]);
  const group = readAnswer(Buffer.concat([header, answer]), (from) => {
    from.int32();
    const groups = from.array(() => readStreamsGroup(from));
    // To the last byte: what was skipped was skipped as it is.
    from.skipTagged();
    expect(() => from.int8()).toThrow();
    return groups[0];
  });
  expect(group).toMatchObject({
    errorCode: 0,
    state: "Stable",
    members: [
      { memberId: "m1", clientId: "app-1", host: "10.0.0.9", assigned: {} },
      { memberId: "m2", clientId: "app-2", host: "10.0.0.9", assigned: {} },
    ],
  });
});
