import { readFileSync } from "node:fs";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { orders } from "./program.ts";

interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      { readonly summary?: string; readonly examples?: readonly unknown[]; readonly flags: object }
    >
  >;
}

const { commands } = JSON.parse(readFileSync("oclif.manifest.json", "utf8")) as Manifest;

describe("the list of commands", () => {
  it("changes only on purpose: commands and their flags are a reviewed snapshot", () => {
    const list = Object.entries(commands).map(
      ([id, { flags }]) => `${id}: ${Object.keys(flags).sort().join(" ")}`,
    );
    expect(list.sort().join("\n")).toMatchSnapshot();
  });

  it.each(
    Object.keys(commands),
  )("%s --help says what it does, with examples, and loads fast code only", async (id) => {
    const { stdout, stderr, exitCode } = await orders([...id.split(":"), "--help"]);
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toContain("USAGE");
    expect(stdout).toContain("EXAMPLES");
    expect(commands[id]?.summary).toBeTruthy();
  });
});

it.each([
  60, 80, 200,
])("the order that api --help places can be pasted from %i columns", async (width) => {
  const { stdout } = await orders(["api", "--help"], { env: { COLUMNS: String(width) } });
  const example = stdout.slice(stdout.indexOf("curl")).split("\n\n")[0] ?? "";
  const pasted = await execa("bash", ["-ec", `curl() { printf '%s\\n' "$@"; }; ${example}`]);
  const [url, header, type, data, body = ""] = pasted.stdout.split("\n");
  expect([url, header, data]).toEqual(["localhost:8080/order", "-H", "-d"]);
  expect(type).toBe("Content-Type:application/json");
  expect(Object.keys(JSON.parse(body) as object)).toContain("customer_id");
});

describe("help", () => {
  it("names as topics only what has commands below it", async () => {
    const { stdout } = await orders(["--help"]);
    const topics = /TOPICS\n(.*?)\n\n/s.exec(stdout)?.[1] ?? "";
    expect(topics).toContain("group");
    expect(topics).not.toMatch(/^ +up /m);
  });

  it.each([
    "produce",
    "bench drain",
  ])("of %s breaks between words, and says each thing once", async (id) => {
    const { stdout } = await orders([...id.split(" "), "--help"], { env: { COLUMNS: "80" } });
    const summary = commands[id.replace(" ", ":")]?.summary ?? "";
    expect(stdout.split(summary)).toHaveLength(2);
    expect(/USAGE\n(.*?)\n\n/s.exec(stdout)?.[1]?.split("\n")).toHaveLength(1);
    for (const flag of stdout.matchAll(/^ +\$ orders .*/gm)) expect(flag[0]).not.toMatch(/\\$/);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/serializable|scram-sha-512/);
  });

  it.each([
    "verify", // its source breaks paragraphs
    "db query", // its first flag has no letter, others have
    "bench steady", // its summary is longer than a line
  ])("of %s fills its lines, and keeps its columns", async (id) => {
    const { stdout } = await orders([...id.split(" "), "--help"], { env: { COLUMNS: "80" } });
    const text = stdout.slice(0, stdout.indexOf("EXAMPLES\n")).split("\n");
    expect(text.filter((line) => line.length > 80)).toEqual([]);
    const flags = /^FLAGS\n(.*?)\n\n/ms.exec(stdout)?.[1]?.split("\n") ?? [];
    const columns = flags
      .map((line) => line.search(/(?<= )--[a-z]/))
      .filter((at) => at >= 0 && at < 8);
    expect(new Set(columns).size).toBe(1);
    const description = text.slice(text.indexOf("DESCRIPTION") + 1);
    const short = description.filter((line, index) => {
      const next = description[index + 1]?.trim() ?? "";
      return (
        line !== "" && next !== "" && line.length + 1 + (next.split(" ")[0] ?? "").length <= 80
      );
    });
    expect(short).toEqual([]);
  });
});

describe("errors", () => {
  it("says that there is nothing to reset where no stack is up and nothing else is given", async () => {
    const { stderr, exitCode } = await orders(["reset", "--stack", "never-made"], {
      env: { KAFKA_BROKERS: "", DATABASE_URL: "", DB_HOST: "" },
    });
    expect(exitCode).toBe(4);
    expect(stderr).toContain("no stack named never-made is up");
  });

  it("takes SQL that begins with a comment for SQL", async () => {
    const { stderr } = await orders(["db", "query", "-- how many?\nSELECT 1"], {
      env: { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" },
    });
    expect(stderr).not.toContain("flag");
    expect(stderr).toContain("127.0.0.1:1");
  });

  it("suggests the command that was meant", async () => {
    const { stderr, stdout, exitCode } = await orders(["consme"]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("did you mean `orders consume`?");
  });

  it("reports an unknown flag as one JSON object under --json, and nothing else", async () => {
    const { stdout, stderr, exitCode } = await orders(["consume", "--nope", "--json"]);
    expect([exitCode, stderr]).toEqual([2, ""]);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        kind: "usage",
        what: "there is no flag --nope",
        remedy: expect.stringContaining("--help` shows what there is"),
        exit_code: 2,
      },
    });
  });

  it("says what is missing where no stack is up, exit 4", async () => {
    const env = { XDG_STATE_HOME: "/nonexistent", KAFKA_BROKERS: "", DATABASE_URL: "" };
    const { stderr, exitCode } = await orders(["consume"], { env });
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/no Kafka broker is configured[\s\S]*What to do: run `orders up`/);
  });

  it("refuses an unknown key in the config file", async () => {
    const { stderr, exitCode } = await orders([
      "config",
      "show",
      "--config",
      "test/cli/fixtures/unknown-key.toml",
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("wrokers");
  });
});

it("ends cleanly when its reader goes away", async () => {
  const { stdout, stderr, exitCode } = await execa(
    "bash",
    ["-c", "set -o pipefail; node bin/run.js --help | head -1"],
    {
      reject: false,
    },
  );
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("order pipeline");
});
