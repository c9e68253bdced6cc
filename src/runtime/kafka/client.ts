import kafkajs from "kafkajs";

/** What others than this room may know of the client: its types, and the few values that go with them. */
export type { Admin, Kafka, Message } from "kafkajs";
export const { AssignerProtocol, ConfigResourceTypes, KafkaJSError, KafkaJSProtocolError } =
  kafkajs;
