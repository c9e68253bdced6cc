import kafkajs from "kafkajs";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../../src/failure/failure.ts";
import { explainKafkaError, isKafkaRefusal } from "../../../../src/runtime/kafka/kafka-failure.ts";

const connection = (message: string, code?: string) =>
  new kafkajs.KafkaJSConnectionError(`Connection error: ${message}`, {
    broker: "kafka:9092",
    ...(code === undefined ? {} : { code }),
  });
const protocol = (type: string) =>
  Object.assign(new kafkajs.KafkaJSProtocolError(new Error("not so")), { type });
// kafkajs's types know no message here, its code takes one.
const SaslError = kafkajs.KafkaJSSASLAuthenticationError as unknown as new (m: string) => Error;
const tried = (error: Error) =>
  new kafkajs.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 5, retryTime: 300 });

describe("explainKafkaError", () => {
  it.each([
    [protocol("TOPIC_AUTHORIZATION_FAILED"), /use the topic/, /kafka-acls/, true],
    [protocol("GROUP_AUTHORIZATION_FAILED"), /use the consumer group/, /--group/, true],
    [protocol("CLUSTER_AUTHORIZATION_FAILED"), /the cluster/, /kafka-acls/, true],
    [protocol("UNSUPPORTED_SASL_MECHANISM"), /this kind of login/, /MECHANISM/, true],
    [protocol("ILLEGAL_SASL_STATE"), /expects no login/, /unset/, true],
    [
      new SaslError("SASL PLAIN authentication failed"),
      /refused the login/,
      /KAFKA_SASL_PASSWORD/,
      true,
    ],
    [connection("an answer of 352518912 bytes is announced"), /speaks TLS/, /KAFKA_TLS=true/, true],
    [connection("self-signed certificate"), /not signed by an authority/, /KAFKA_CA_FILE/, true],
    [connection("x", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"), /not signed/, /KAFKA_CA_FILE/, true],
    [connection("certificate has expired", "CERT_HAS_EXPIRED"), /not valid today/, /renew/, true],
    [
      connection(
        "Hostname/IP does not match certificate's altnames",
        "ERR_TLS_CERT_ALTNAME_INVALID",
      ),
      /for another host/,
      /advertised/,
      true,
    ],
    [
      connection(
        "C0B7:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:s3.c:1:",
        "EPROTO",
      ),
      /does not speak TLS/,
      /unset KAFKA_TLS/,
      true,
    ],
    [
      connection("connect ECONNREFUSED ::1:9092", "ECONNREFUSED"),
      /cannot be reached/,
      /KAFKA_BROKERS/,
      false,
    ],
    [new kafkajs.KafkaJSConnectionError("Closed connection"), /cannot be used/, /KAFKA_TLS/, false],
    [protocol("NOT_ENOUGH_REPLICAS"), /cannot be used/, /runs/, false],
  ] as const)("%s", (error, what, remedy, refusal) => {
    for (const each of [error, tried(error), tried(tried(error))]) {
      const failure = explainKafkaError(each, "kafka:9092") as Failure;
      expect(failure).toBeInstanceOf(Failure);
      expect(failure.exitCode).toBe(4);
      expect(failure.message).toMatch(what);
      expect(failure.message).toContain("kafka:9092");
      expect(failure.message).not.toContain("\n");
      expect(failure.remedy).toMatch(remedy);
      expect(isKafkaRefusal(each)).toBe(refusal);
    }
  });

  it("leaves alone what is not Kafka's", () => {
    const bug = new TypeError("x is not a function");
    expect(explainKafkaError(bug, "kafka:9092")).toBe(bug);
    expect(isKafkaRefusal(bug)).toBe(false);
  });
});
