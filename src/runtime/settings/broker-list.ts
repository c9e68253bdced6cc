import { isIPv4, isIPv6 } from "node:net";
import type { Checked } from "./checked.ts";

export interface BrokerAddress {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

const form = "host:port, several separated by commas, e.g. kafka-1:9092,[::1]:9093";

/** Pure: `host:port,[v6]:port`. Spaces around an address are left out. */
export function parseBrokers(text: string): Checked<readonly BrokerAddress[]> {
  if (/:\/\//.test(text))
    return { expected: `${form}, without ${text.split("://")[0]?.trim()}://` };
  if (/[@?#/\\]/.test(text)) {
    return { expected: `${form}; user and password go into KAFKA_SASL_USERNAME and _PASSWORD` };
  }
  if (/;|[^\s,]\s+[^\s,]/.test(text)) return { expected: form };
  const brokers: BrokerAddress[] = [];
  for (const element of text.split(",").map((one) => one.trim())) {
    if (element === "") return { expected: `${form}, without an empty element` };
    const broker = parseBroker(element);
    if ("expected" in broker) return broker;
    brokers.push(broker.value);
  }
  return { value: brokers };
}

function parseBroker(text: string): Checked<BrokerAddress> {
  const [, bracketed, name, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text) ?? [];
  const host = bracketed ?? name;
  if (host === undefined) {
    return { expected: isIPv6(text) ? `${form}: an IPv6 address in brackets, with a port` : form };
  }
  if (port === undefined) return { expected: `${form} (${text} has no port; Kafka's is 9092)` };
  if (bracketed === undefined ? !isHostName(host) : !isIPv6(bracketed)) return { expected: form };
  if (!isPort(port)) return { expected: `${form}: a port is a number from 1 to 65535` };
  return { value: { host, port: Number(port) } };
}

/** Letters of any script (names may be international), digits, hyphens, underscores and dots. */
export function isHostName(text: string): boolean {
  if (/^[\d.]+$/.test(text)) return isIPv4(text);
  return text.length <= 253 && /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_.])?$/u.test(text);
}

export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** As in a URL: an IPv6 address in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
