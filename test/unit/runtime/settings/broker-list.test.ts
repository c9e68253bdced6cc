import { describe, expect, it } from "vitest";
import { bootstrapBrokers, hostOfBroker } from "../../../../src/runtime/kafka/bootstrap-brokers.ts";
import { parseBrokers } from "../../../../src/runtime/settings/broker-list.ts";

describe("parseBrokers", () => {
  it.each([
    ["a:1", [{ host: "a", port: 1 }]],
    [
      " kafka-1.example:9092 , kafka_2:9093",
      [
        { host: "kafka-1.example", port: 9092 },
        { host: "kafka_2", port: 9093 },
      ],
    ],
    ["[::1]:9092", [{ host: "::1", port: 9092 }]],
    [
      "[2001:db8::7]:65535,127.0.0.1:1",
      [
        { host: "2001:db8::7", port: 65535 },
        { host: "127.0.0.1", port: 1 },
      ],
    ],
    ["bücher.example:9092", [{ host: "bücher.example", port: 9092 }]],
  ])("reads %s", (text, value) => {
    expect(parseBrokers(text)).toEqual({ value });
  });

  it.each([
    "",
    " ",
    ",",
    "a:1,",
    ",a:1",
    "a:1,,b:2",
    "host",
    "host:",
    ":9092",
    "::1:9092",
    "[::1]",
    "[::1]9092",
    "[::g]:1",
    "[]:1",
    "[a]:1",
    "a:0",
    "a:65536",
    "a:-1",
    "a:1.5",
    "a:9092x",
    "a:1:2",
    "kafka://a:1",
    "PLAINTEXT://a:1",
    "a:1;b:2",
    "a:1 b:2",
    "a b:1",
    "u:p@a:1",
    "a:1/path",
    "a:1?x",
    "a\n:1",
    "999.1.1.1:1",
    "-a:1",
    "a-:1",
    "[127.0.0.1]:1",
    "$HOST:9092",
  ])("shows the right form for %j", (text) => {
    expect(parseBrokers(text)).toEqual({ expected: expect.stringContaining("host:port") });
  });
});

describe("bootstrapBrokers", () => {
  it("gives kafkajs names without colons, which lead back to the addresses", () => {
    const [v6 = "", name] = bootstrapBrokers("[2001:db8::7]:9092,kafka:9093");
    expect(v6.split(":")).toEqual([expect.any(String), "9092"]);
    expect(hostOfBroker(v6.split(":")[0] ?? "")).toBe("2001:db8::7");
    expect(name).toBe("kafka:9093");
    expect(hostOfBroker("kafka")).toBe("kafka");
  });
});
