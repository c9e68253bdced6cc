import { Failure } from "../../failure/failure.ts";
import { parseBrokers } from "../settings/broker-list.ts";

/** Nobody's domain: a name below it stands for an IPv6 address, with - for each colon. */
const standIn = ".ipv6.orders.invalid";

/**
 * The brokers as kafkajs reads them. It takes what stands before the first colon for the host, so an
 * IPv6 address goes in under a name without colons; sockets are opened by `hostOfBroker`.
 * @throws Failure("usage") when the text is no list of brokers.
 */
export function bootstrapBrokers(text: string): string[] {
  const read = parseBrokers(text);
  if ("expected" in read) {
    throw new Failure("usage", {
      what: `the brokers must be ${read.expected}`,
      remedy: "correct --brokers or KAFKA_BROKERS",
    });
  }
  return read.value.map(({ host, port }) =>
    host.includes(":") ? `${host.replaceAll(":", "-")}${standIn}:${port}` : `${host}:${port}`,
  );
}

/** @returns the host to connect to: the IPv6 address behind a stand-in, else the same. */
export function hostOfBroker(name: string): string {
  return name.endsWith(standIn) ? name.slice(0, -standIn.length).replaceAll("-", ":") : name;
}
