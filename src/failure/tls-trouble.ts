/** What is wrong with an encrypted connection, for Kafka and PostgreSQL alike. */
export interface TlsTrouble {
  readonly kind:
    | "untrusted"
    | "expired"
    | "other-host"
    | "not-tls"
    | "client-certificate"
    | "other";
  /** Goes after "…: ". */
  readonly what: string;
}

const untrusted = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "CERT_REJECTED",
  "CERT_CHAIN_TOO_LONG",
  "INVALID_CA",
  "INVALID_PURPOSE",
]);

/** Of node's TLS errors only the message survives in kafkajs, whose beginning it is then. */
const messages: readonly (readonly [RegExp, TlsTrouble["kind"]])[] = [
  [/certificate has expired|certificate is not yet valid/i, "expired"],
  [/does not match certificate's altnames|Hostname\/IP/i, "other-host"],
  [
    /self-signed certificate|unable to verify the first certificate|unable to get .*issuer cert|certificate signature failure|certificate rejected|invalid CA certificate/i,
    "untrusted",
  ],
  [
    /wrong version number|packet length too long|record layer|http request|socket disconnected before secure TLS/i,
    "not-tls",
  ],
  [
    /alert (certificate required|bad certificate|unknown ca|certificate unknown)|tlsv13 alert certificate required/i,
    "client-certificate",
  ],
];

/** Pure. @returns undefined when the error is not about encryption. */
export function tlsTrouble(error: unknown): TlsTrouble | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = String((error as { code?: unknown }).code ?? "");
  const kind = kindOf(code, error.message);
  if (kind === undefined) return undefined;
  return { kind, what: sentences[kind](oneLine(error.message)) };
}

function kindOf(code: string, message: string): TlsTrouble["kind"] | undefined {
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") return "expired";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "other-host";
  if (untrusted.has(code)) return "untrusted";
  const found = messages.find(([pattern]) => pattern.test(message))?.[1];
  if (found !== undefined) return found;
  return code === "EPROTO" || /^ERR_(SSL|TLS|OSSL)_/.test(code) ? "other" : undefined;
}

const sentences: Readonly<Record<TlsTrouble["kind"], (message: string) => string>> = {
  untrusted: (message) =>
    `its certificate is not signed by an authority that is trusted (${message})`,
  expired: (message) => `its certificate is not valid today (${message})`,
  "other-host": (message) => `its certificate is for another host (${message})`,
  "not-tls": () => "it does not speak TLS on that port",
  "client-certificate": (message) => `it asks for a certificate of the client (${message})`,
  other: (message) => `the encrypted connection failed (${message})`,
};

/** OpenSSL's messages carry addresses and line numbers of its source. */
function oneLine(message: string): string {
  const reason = /(?:SSL routines|SSL alert)[^:]*:[^:]*:([^:]+)/.exec(message)?.[1];
  return (reason ?? message.split("\n")[0] ?? "").replace(/^Connection error: /, "").trim();
}
