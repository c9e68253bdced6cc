import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processIds } from "../../src/runtime/stack/processes/marked-processes.ts";
import { createAuthority } from "./secured/certificates.ts";
import { SecuredKafka } from "./secured/secured-kafka.ts";
import { SecuredPostgres } from "./secured/secured-postgres.ts";

const home = mkdtempSync(join(tmpdir(), "orders-secured-"));
const caFile = join(home, "ca.pem");
const otherFile = join(home, "other.pem");
const wrong = "wr0ngsecret";
let kafka: SecuredKafka;
let postgres: SecuredPostgres;
/** Whatever is said anywhere, to be searched for secrets at the end. */
let said = "";

beforeAll(async () => {
  const authority = createAuthority("orders test authority");
  const good = authority.issue({ hosts: ["localhost"] });
  const expired = authority.issue({ hosts: ["localhost"], expired: true });
  writeFileSync(caFile, authority.certificate);
  writeFileSync(otherFile, createAuthority("another authority").certificate);
  [kafka, postgres] = await Promise.all([
    SecuredKafka.start(good, expired),
    SecuredPostgres.start(good, expired),
  ]);
  await kafka.prepare("order-processor");
});

afterAll(async () => {
  await orders(["down", "--stack", "secured"]);
  await Promise.all([kafka?.remove(), postgres?.remove()]);
  rmSync(home, { recursive: true, force: true });
});

function environment() {
  return {
    XDG_STATE_HOME: home,
    XDG_CONFIG_HOME: home,
    ORDERS_STACK: "secured",
    KAFKA_BROKERS: kafka.address("secure"),
    // Relative on purpose: what `up` starts runs elsewhere.
    KAFKA_CA_FILE: "ca.pem",
    KAFKA_SASL_MECHANISM: "scram-sha-512",
    KAFKA_SASL_USERNAME: "app",
    KAFKA_SASL_PASSWORD: kafka.passwords.app,
    DATABASE_URL: postgres.url("sslmode=verify-full&sslrootcert=ca.pem"),
  };
}

async function orders(args: readonly string[], changed: Readonly<Record<string, string>> = {}) {
  const result = await execa("node", [join(process.cwd(), "bin/run.js"), ...args], {
    reject: false,
    all: true,
    timeout: 100_000,
    cwd: home,
    env: { NO_COLOR: "1", ...environment(), ...changed },
    stdin: "ignore",
  });
  said += result.all;
  return { code: result.exitCode, text: result.all };
}

/** What `ps` shows to everybody. */
function commandLines(): string {
  const read = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return "";
    }
  };
  return processIds().map(read).join("\n");
}

describe("brokers and a database that ask for TLS and a login", () => {
  it("are served by every part, from up to the audit", async () => {
    const up = await orders(["up", "--engine", "external", "--port", "0"]);
    expect(up).toMatchObject({ code: 0, text: expect.stringContaining("is up") });
    for (const secret of [kafka.passwords.app, postgres.password])
      expect(commandLines()).not.toContain(secret);
    const race = await orders(["audit", "race", "--rounds", "2"], {
      KAFKA_SASL_MECHANISM: "plain",
    });
    expect(race).toMatchObject({ code: 0, text: expect.stringContaining("consistent") });
    const status = await orders(["status"]);
    expect(status).toMatchObject({ code: 0, text: expect.stringContaining("lag 0") });
    expect((await orders(["down"])).code).toBe(0);
  });

  it.concurrent.each<[string, () => Record<string, string>, string, RegExp]>([
    ["a wrong password", () => ({ KAFKA_SASL_PASSWORD: wrong }), "consume", /refused the login/],
    [
      "another authority",
      () => ({ KAFKA_CA_FILE: otherFile }),
      "lag",
      /not signed by an authority/,
    ],
    [
      "an expired certificate",
      () => ({ KAFKA_BROKERS: kafka.address("expired") }),
      "lag",
      /not valid today/,
    ],
    [
      "another name than the certificate's",
      () => ({ KAFKA_BROKERS: kafka.address("secure", "127.0.0.1") }),
      "lag",
      /for another host/,
    ],
    ["no TLS where it is spoken", () => ({ KAFKA_CA_FILE: "" }), "lag", /speaks TLS on that port/],
    [
      "TLS where none is spoken",
      () => ({ KAFKA_BROKERS: kafka.address("plain") }),
      "lag",
      /cannot be used: Closed connection|does not speak TLS/,
    ],
    [
      "a login where none is taken",
      () => ({ KAFKA_BROKERS: kafka.address("inner"), KAFKA_CA_FILE: "" }),
      "lag",
      /expects no login there/,
    ],
    [
      "a topic that is denied",
      () => ({ KAFKA_SASL_USERNAME: "guest", KAFKA_SASL_PASSWORD: kafka.passwords.guest }),
      "consume",
      /does not let this user use the topic/,
    ],
    [
      "a group that is denied",
      () => ({ CONSUMER_GROUP_ID: "another" }),
      "consume",
      /use the consumer group/,
    ],
  ])("Kafka: %s is one clear sentence, exit 4", async (_, changed, command, text) => {
    const { code, text: answer } = await orders([command], changed());
    expect(answer).toMatch(text);
    expect(answer).not.toMatch(/bug of orders|\n +at /);
    expect(code).toBe(4);
  });

  it.concurrent.each<[string, () => string, RegExp]>([
    [
      "a wrong password",
      () => postgres.url("sslmode=require", `app:${wrong}`),
      /refused the login/,
    ],
    ["no password", () => postgres.url("sslmode=require", "app"), /asks for a password/],
    ["no TLS", () => postgres.url("sslmode=disable"), /not encrypted/],
    ["no authority", () => postgres.url("sslmode=verify-full"), /not signed by an authority/],
    [
      "another authority",
      () => postgres.url(`sslmode=verify-ca&sslrootcert=${otherFile}`),
      /not signed by an authority/,
    ],
    [
      "another name than the certificate's",
      () => postgres.url("sslmode=verify-full&sslrootcert=ca.pem", undefined, "127.0.0.1"),
      /for another host/,
    ],
  ])("PostgreSQL: %s is one clear sentence, exit 4", async (_, url, text) => {
    const { code, text: answer } = await orders(["stock", "list"], { DATABASE_URL: url() });
    expect(answer).toMatch(text);
    expect(answer).not.toMatch(/bug of orders|\n +at /);
    expect(code).toBe(4);
  });

  it("PostgreSQL: an expired certificate is one, and what is asked for less strictly passes", async () => {
    const lenient = postgres.url("sslmode=verify-ca&sslrootcert=ca.pem", undefined, "127.0.0.1");
    expect((await orders(["stock", "list"], { DATABASE_URL: lenient })).code).toBe(0);
    await postgres.present("expired");
    const refused = await orders(["stock", "list"]);
    expect(refused).toMatchObject({ code: 4, text: expect.stringContaining("not valid today") });
    const unchecked = { DATABASE_URL: postgres.url("sslmode=require") };
    expect((await orders(["stock", "list"], unchecked)).code).toBe(0);
  });

  it("told no secret in all of that, and no log holds one", () => {
    const logs = readdirSync(home, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".log"))
      .map((name) => readFileSync(join(home, name), "utf8"));
    expect(logs.length).toBeGreaterThan(0);
    for (const secret of [wrong, postgres.password, ...Object.values(kafka.passwords)])
      for (const text of [said, ...logs]) expect(text).not.toContain(secret);
  });
});
