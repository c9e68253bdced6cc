import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageMark } from "../../src/report/html/page.ts";
import { createTestDatabase, type TestDatabase, testServices } from "../integration/services.ts";

/** Output that cannot be written must never look like a verdict, nor like success. */
describe("output", () => {
  let directory: string;
  let db: TestDatabase;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "orders-output-"));
    db = await createTestDatabase({ empty: true });
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await db.drop();
  });

  /** A line for the shell: what stands behind a command there is what is tried. */
  function shell(line: string) {
    return execa("bash", ["-o", "pipefail", "-c", line], {
      reject: false,
      timeout: 60_000,
      env: {
        NO_COLOR: "1",
        XDG_STATE_HOME: directory,
        DATABASE_URL: db.url,
        KAFKA_BROKERS: testServices().brokers,
        orders: `${process.execPath} bin/run.js`,
      },
    });
  }
  const megabytes = "$orders db query \"SELECT repeat('x', 3000) FROM generate_series(1, 1000)\"";

  it
    .skipIf(!existsSync("/dev/full"))
    .each([
      ["--help"],
      ["config show"],
      ["nosuch --json"],
      ["db query --json 'SELECT 1'"],
      ["db query 'SELECT nonsense' --json"],
      ["lag --watch --json"],
    ])("%s to a full disk is exit code 7 and a sentence", async (command) => {
    const { exitCode, stderr } = await shell(`$orders ${command} > /dev/full`);
    expect(exitCode, stderr).toBe(7);
    expect(stderr).toContain("Error: the output could not be written: the disk is full (ENOSPC)");
    expect(stderr).not.toContain("    at ");
  });

  it.each([
    [0, 7],
    [1, 1],
    [2, 7],
    [3, 7],
    [4, 7],
    [5, 7],
    [6, 7],
    [70, 70],
  ])("what would have ended with %i ends with %i when it is not readable", async (found, code) => {
    const script = `
      import { answerForLostOutput } from "./dist/runtime/lifecycle/output/end-of-output.js";
      import { guardOutput } from "./dist/runtime/lifecycle/output/guarded-streams.js";
      guardOutput();
      answerForLostOutput();
      console.log("the verdict");
      if (${found} === 3) process.exit(3);
      process.exitCode = ${found};`;
    // Open for reading only: every write is refused, on every system.
    const { exitCode, stderr } = await shell(
      `${process.execPath} --input-type=module -e '${script}' 1< package.json`,
    );
    expect([exitCode, stderr]).toEqual([
      code,
      expect.stringContaining("not open for writing (EBADF)"),
    ]);
    if (found === 1) expect(stderr).toContain("the audit found a violation");
  });

  it("notices a write that was cut in the middle", async () => {
    const file = join(directory, "cut.json");
    const { exitCode, stderr } = await shell(`ulimit -f 20; ${megabytes} --json > ${file}`);
    expect(exitCode, stderr).toBe(7);
    expect(stderr).toContain("(EFBIG)");
    expect(readFileSync(file).length).toBeGreaterThan(0);
  });

  it("is read to its end by a slow reader", async () => {
    const { exitCode, stdout } = await shell(`${megabytes} --json | (sleep 1; cat)`);
    expect(exitCode).toBe(0);
    const rows = JSON.parse(stdout).results[0].rows as unknown[];
    expect(rows).toHaveLength(1_000);
  });

  it.each([
    ["ends at once", `${megabytes} | head -c 100 > /dev/null`],
    ["had no end", "$orders lag --watch --interval 100ms | head -1 > /dev/null"],
  ])("whose reader leaves is no error: it %s", async (_, line) => {
    expect(await shell(line)).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("goes on when only the reader of stderr has left", async () => {
    const { exitCode, stdout } = await shell("$orders config show --json 2> >(true)");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty("settings");
  });

  it("of a config file leaves the former one where the disk is full", async () => {
    const file = join(directory, "orders.toml");
    writeFileSync(file, "# mine\n");
    const { exitCode, stderr } = await shell(`ulimit -f 1; $orders config init ${file} --force`);
    expect([exitCode, stderr]).toEqual([7, expect.stringContaining("it is as it was before")]);
    expect(readFileSync(file, "utf8")).toBe("# mine\n");
  });

  it("of a bench never replaces a file that is no page", async () => {
    const file = join(directory, "thesis.html");
    writeFileSync(file, "<h1>mine</h1>");
    const { exitCode, stderr } = await shell(`$orders bench reserve --html ${file}`);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("is no page of orders bench")]);
    expect(readFileSync(file, "utf8")).toBe("<h1>mine</h1>");
  });

  it("of a bench leaves its earlier page whole where the disk is full, and prints what it measured", async () => {
    const file = join(directory, "bench.html");
    const earlier = `<!doctype html>${pageMark}`;
    writeFileSync(file, earlier);
    const bench = "$orders bench reserve --only hot --strategy conditional --orders 200 --runs 1";
    const { exitCode, stdout, stderr } = await shell(`ulimit -f 4; ${bench} --html ${file} | cat`);
    expect([exitCode, stdout]).toEqual([7, expect.stringContaining("conditional")]);
    expect(stderr).toContain("an earlier page is as it was");
    expect(readFileSync(file, "utf8")).toBe(earlier);
    expect(readdirSync(directory).filter((name) => name.includes("html."))).toEqual([]);
  });
});
