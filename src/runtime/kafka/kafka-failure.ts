import kafkajs from "kafkajs";
import { Failure, type FailureText } from "../../failure/failure.ts";
import { tlsTrouble } from "../../failure/tls-trouble.ts";
import { StillPassing } from "./patience.ts";

/**
 * Says in words that Kafka, not orders, is the trouble, and which; errors from elsewhere are
 * returned as they are.
 * @param brokers as configured: addresses hold no secrets.
 */
export function explainKafkaError(error: unknown, brokers: string | undefined): unknown {
  const cause = rootOf(error);
  if (!isKafkaError(cause)) return error;
  const where = `Kafka at ${brokers ?? "(no address)"}`;
  const text = textOf(cause, where);
  if (!(error instanceof StillPassing)) return new Failure("environment", text, { cause: error });
  const waited = seconds(error.waitedMs);
  const { type } = cause as { type?: unknown };
  // It answers what was asked, with a "not yet"; else the connection is the trouble, as ever.
  const said =
    typeof type === "string"
      ? {
          what: `${where} was waited for in vain for ${waited}: ${cause.message}`,
          meaning: "a broker that starts, and a leader that moves, answer so for a while",
          remedy:
            "see what keeps it busy (`orders logs kafka`, `orders topic list`), then run this again; where there is a --timeout, it allows more time",
        }
      : { ...text, what: `${text.what} (tried for ${waited})` };
  return new Failure("environment", said, { cause: error });
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`;
}

/**
 * Whether the brokers are there and say no: to a login, a right, or to what TLS asks of them. Asking
 * again changes nothing, a person must.
 */
export function isKafkaRefusal(error: unknown): boolean {
  const cause = rootOf(error);
  if (!isKafkaError(cause)) return false;
  const { type } = cause as { type?: unknown };
  return (
    (typeof type === "string" && (type in deniedBy || /SASL/.test(type))) ||
    cause.name === "KafkaJSSASLAuthenticationError" ||
    isTlsAlert(cause) ||
    tlsTrouble(cause) !== undefined
  );
}

/** kafkajs wraps what happened at last into how often it had been tried. */
function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 5; depth += 1) {
    if (!(root instanceof Error)) return root;
    const inner: unknown = isAggregate(root) ? root.errors[0] : root.cause;
    if (!isKafkaError(inner)) return root;
    root = inner;
  }
  return root;
}

function isKafkaError(error: unknown): error is Error {
  return error instanceof kafkajs.KafkaJSError || isAggregate(error);
}

function isAggregate(error: unknown): error is Error & { readonly errors: readonly unknown[] } {
  return error instanceof Error && error.name === "KafkaJSAggregateError";
}

function textOf(error: Error, where: string): FailureText {
  const { message } = error;
  const { code, type } = error as { code?: unknown; type?: unknown };
  const denied = typeof type === "string" ? deniedBy[type] : undefined;
  if (denied !== undefined) {
    return {
      what: `${where} does not let this user use ${denied.what}: ${message}`,
      meaning: "the login is right; the brokers' rules (ACLs) do not allow that",
      remedy: denied.remedy,
    };
  }
  if (error.name === "KafkaJSSASLAuthenticationError" || /SASL/.test(String(type))) {
    return loginText(message, String(type), where);
  }
  if (isTlsAlert(error)) {
    return {
      what: `${where} speaks TLS on that port, and the settings do not`,
      remedy:
        "set KAFKA_TLS=true, and KAFKA_CA_FILE where an authority of your own signed its certificate",
    };
  }
  const tls = tlsTrouble(error);
  if (tls !== undefined) {
    return { what: `${where} cannot be trusted: ${tls.what}`, remedy: tlsRemedy[tls.kind] };
  }
  if (
    /Closed connection|socket hang up|ECONNRESET|Connection timeout|Request .* timed out/i.test(
      message,
    )
  ) {
    return {
      what: `${where} cannot be used: ${message}`,
      meaning:
        "it took the connection but gave no answer: it may speak TLS or ask for a login where the settings say otherwise, or be overloaded",
      remedy:
        'compare KAFKA_TLS and KAFKA_SASL_MECHANISM with what the broker\'s listener is (`orders config show`); the Kafka of a stack asks for a login: name the stack with --stack, or `eval "$(orders status --env)"`',
    };
  }
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/.test(`${code} ${message}`)) {
    return {
      what: `${where} cannot be reached: ${message.replace(/^Connection error: /, "")}`,
      remedy: "check that it runs (`orders status`, `orders up`) and that KAFKA_BROKERS is right",
    };
  }
  return {
    what: `${where} cannot be used: ${message}`,
    remedy:
      "check that it runs (`orders status`, `orders logs kafka`) and that KAFKA_BROKERS and its security settings are right",
  };
}

/** The first bytes of a TLS alert (15 03 …), read as the size of an answer. */
function isTlsAlert({ message }: Error): boolean {
  const size = /an answer of (\d+) bytes/.exec(message)?.[1];
  return size !== undefined && Number(size) >>> 16 === 0x1503;
}

function loginText(message: string, type: string, where: string): FailureText {
  if (type === "UNSUPPORTED_SASL_MECHANISM" || /mechanism is not supported/i.test(message)) {
    return {
      what: `${where} does not take this kind of login: ${message}`,
      remedy: "set KAFKA_SASL_MECHANISM to one that the broker's listener has enabled",
    };
  }
  if (type === "ILLEGAL_SASL_STATE") {
    return {
      what: `${where} expects no login there: ${message}`,
      remedy: "unset KAFKA_SASL_MECHANISM, or name the port of the listener that takes logins",
    };
  }
  return {
    what: `${where} refused the login: ${message}`,
    remedy: "correct KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM",
  };
}

const deniedBy: Readonly<Record<string, { readonly what: string; readonly remedy: string }>> = {
  TOPIC_AUTHORIZATION_FAILED: {
    what: "the topic",
    remedy:
      "allow it to DESCRIBE and READ (consume), WRITE (api, produce) or CREATE (up) the topic, with kafka-acls.sh --add",
  },
  GROUP_AUTHORIZATION_FAILED: {
    what: "the consumer group",
    remedy: "allow it to READ and DESCRIBE the group, with kafka-acls.sh --add --group",
  },
  CLUSTER_AUTHORIZATION_FAILED: {
    what: "the cluster in that way",
    remedy:
      "allow it to CREATE and DESCRIBE on the cluster (or make the topics yourself), with kafka-acls.sh --add --cluster",
  },
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: {
    what: "the transactional id",
    remedy: "allow it to WRITE with that transactional id, with kafka-acls.sh --add",
  },
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: {
    what: "delegation tokens",
    remedy: "use a login with a password",
  },
};

const tlsRemedy = {
  untrusted:
    "let KAFKA_CA_FILE (--kafka-ca-file) name the PEM file of the authority that signed it",
  expired: "renew the broker's certificate; check this machine's clock",
  "other-host":
    "connect to the name that the certificate is for, in KAFKA_BROKERS and in advertised.listeners",
  "not-tls": "unset KAFKA_TLS and KAFKA_CA_FILE, or name the port of the broker's TLS listener",
  "client-certificate":
    "use a listener that takes a SASL login: orders has no client certificates for Kafka",
  other: "compare KAFKA_TLS with what the broker's listener is set up for",
} as const;
