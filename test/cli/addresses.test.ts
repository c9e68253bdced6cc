import { describe, expect, it } from "vitest";
import { testServices } from "../integration/services.ts";
import { orders } from "./program.ts";

const { brokers, databaseUrl } = testServices();
const database = new URL(databaseUrl);

/** Runs a command that must end by itself, soon, and never as a bug of ours. */
async function ends(args: readonly string[], env: Record<string, string> = {}) {
  const result = await orders(args, {
    env: { KAFKA_BROKERS: "", DATABASE_URL: "", DB_HOST: "", ...env },
  });
  return { code: result.exitCode, text: `${result.stdout}${result.stderr}` };
}

describe("addresses", () => {
  it.each([
    [["consume", "--brokers", brokers, "--database-url", "notaurl"], "--database-url must be"],
    [["api", "--brokers", "host"], "--brokers must be host:port"],
    [["lag", "--brokers", "a:1;b:2"], "--brokers must be host:port"],
    [
      ["produce", "--rate", "1", "--duration", "1s", "--api-url", "localhost:8080"],
      "--api-url must be",
    ],
    [["lag", "--brokers", brokers, "--kafka-ca-file", "/nowhere.pem"], "/nowhere.pem"],
  ])("%j is a usage error before anything is opened", async (args, text) => {
    const { code, text: said } = await ends(args);
    expect(said).toContain(text);
    expect(code).toBe(2);
  });

  it("never shows a password, whichever way an address is wrong", async () => {
    const secret = "s3cretsecret";
    const at = (user: string) => `postgresql://${user}@${database.host}${database.pathname}`;
    const runs = await Promise.all([
      ends(["db", "query", "--json", "SELECT 1"], { DATABASE_URL: at(`u:a#${secret}`) }),
      ends(["stock", "list"], { DATABASE_URL: at(`u:a/${secret}`) }),
      ends(["db", "locks"], { DATABASE_URL: at(`postgres:${secret}`) }),
      ends(["doctor"], { DATABASE_URL: at(`postgres:${secret}`) }),
      ends(["config", "show"], {
        KAFKA_SASL_MECHANISM: "plain",
        KAFKA_SASL_USERNAME: "u",
        KAFKA_SASL_PASSWORD: secret,
      }),
    ]);
    for (const { text } of runs) expect(text).not.toContain(secret);
    expect(runs.map(({ code }) => code).slice(0, 3)).toEqual([2, 2, 4]);
    expect(runs[2]?.text).toContain("refused the login");
    expect(runs[3]?.text).toContain("refused the login");
  });

  it("says that a socket is missing, and that the port of /ready is taken", async () => {
    const missing = await ends(["db", "size"], { DB_HOST: "/nowhere", DB_USER: "u" });
    expect(missing).toEqual({ code: 4, text: expect.stringContaining("there is no such socket") });
    const taken = brokers.split(":").at(-1) ?? "";
    const consumer = await ends(["consume", "--health-port", taken], {
      KAFKA_BROKERS: brokers,
      DATABASE_URL: databaseUrl,
    });
    expect(consumer).toEqual({ code: 4, text: expect.stringContaining(`port ${taken} on`) });
  });

  it("speaks to what is named in full, whatever the shell says to libpq", async () => {
    const shell = { PGOPTIONS: "-c search_path=nowhere", PGHOST: "nowhere", PGSERVICE: "nothing" };
    const url = new URL(databaseUrl);
    url.searchParams.set("sslmode", "disable");
    const named = { DATABASE_URL: url.href, PGSSLMODE: "require", PGPASSWORD: "other" };
    const { code, text } = await ends(["db", "query", "SHOW search_path"], { ...shell, ...named });
    expect(text).toContain("public");
    expect(code).toBe(0);
  });
});
