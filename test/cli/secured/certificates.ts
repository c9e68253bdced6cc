import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/**
 * X.509 certificates in PEM, made here so that tests need no other program: DER as RFC 5280 has it,
 * with P-256 keys and ECDSA with SHA-256.
 */
export interface Certificate {
  readonly certificate: string;
  /** PKCS #8. */
  readonly key: string;
}

export interface Authority extends Certificate {
  issue(options: { readonly hosts: readonly string[]; readonly expired?: boolean }): Certificate;
}

const dayMs = 86_400_000;

export function createAuthority(name: string): Authority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const own = sign({ subject: name, subjectKey: keys.publicKey, extensions: [isAuthority] });
  return {
    certificate: own,
    key: exportKey(keys.privateKey),
    issue({ hosts, expired = false }) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const names = hosts.map((host) => tagged(0x82, Buffer.from(host)));
      const extensions = [extension("551d11", sequence(...names))];
      const days = expired ? ([-3, -1] as const) : ([-1, 2] as const);
      const subject = hosts[0] ?? "nobody";
      return {
        certificate: sign({ subject, subjectKey: publicKey, extensions, days }),
        key: exportKey(privateKey),
      };
    },
  };

  function sign(made: {
    readonly subject: string;
    readonly subjectKey: KeyObject;
    readonly extensions: readonly Buffer[];
    readonly days?: readonly [number, number];
  }): string {
    const [from, until] = made.days ?? [-1, 2];
    const toBeSigned = sequence(
      tagged(0xa0, tagged(0x02, Buffer.from([2]))),
      tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
      ecdsaWithSha256,
      commonName(name),
      sequence(time(from), time(until)),
      commonName(made.subject),
      made.subjectKey.export({ type: "spki", format: "der" }),
      tagged(0xa3, sequence(...made.extensions)),
    );
    const signature = createSign("sha256").update(toBeSigned).sign(keys.privateKey);
    const der = sequence(
      toBeSigned,
      ecdsaWithSha256,
      tagged(0x03, Buffer.concat([Buffer.from([0]), signature])),
    );
    const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  }
}

function exportKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function identifier(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, "hex"));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(identifier(id), tagged(0x04, value));
}

function commonName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(identifier("550403"), tagged(0x0c, Buffer.from(name)))));
}

function time(days: number): Buffer {
  const text = new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]|\.\d+/g, "");
  return tagged(0x17, Buffer.from(text.slice(2)));
}

const ecdsaWithSha256 = sequence(identifier("2a8648ce3d040302"));
const isAuthority = extension("551d13", sequence(tagged(0x01, Buffer.from([0xff]))));
