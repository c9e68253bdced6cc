import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Node's own exit code for each of these is 1, which says that an audit found a violation. */
const ends = {
  "an exception": { run: "throw new Error('boom')", code: 70 },
  "a rejected promise": { run: "Promise.reject(new Error('boom'))", code: 70 },
  "a rejected promise without an error": { run: "Promise.reject()", code: 70 },
  "a thrown value that cannot say what it is": { run: "throw Object.create(null)", code: 70 },
  "the error of a stream": { run: "new Socket().emit('error', new Error('boom'))", code: 70 },
  "a connection that broke": {
    run: "new Socket().destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }))",
    code: 4,
  },
};

/** Code that runs inside a process of ours, once `when` holds there. */
const inside = (run: string, when: string) =>
  `data:text/javascript,${encodeURIComponent(
    `import { Socket } from "node:net"; const t = setInterval(() => { if (!(${when})) return; clearInterval(t); ${run}; }, 20);`,
  )}`;
const commandRuns = "process.listenerCount('SIGTERM') > 0";
const home = mkdtempSync(join(tmpdir(), "orders-ends-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const node = (args: readonly string[], options: object = {}) =>
  execa(process.execPath, args, {
    reject: false,
    timeout: 30_000,
    stdin: "ignore",
    ...options,
    env: { XDG_STATE_HOME: home, NO_COLOR: "1", NODE_OPTIONS: "" },
  });

describe("an end that nobody expected", () => {
  const api = ["bin/run.js", "api", "--port", "0", "--brokers", "127.0.0.1:1"];

  it.concurrent.each(
    Object.entries(ends),
  )("%s: a command says so and takes its own code", async (_, end) => {
    const result = await node(["--import", inside(end.run, commandRuns), ...api]);
    expect(result.exitCode).toBe(end.code);
    expect(result.stderr).toContain(end.code === 4 ? "ECONNRESET" : "unexpected");
  });

  it("is a failure in JSON under --json", async () => {
    const import_ = ["--import", inside(ends["an exception"].run, commandRuns)];
    const result = await node([...import_, ...api, "--json"]);
    expect(result.exitCode).toBe(70);
    expect(JSON.parse(String(result.stdout))).toMatchObject({
      error: { kind: "bug", what: "unexpected: boom", exit_code: 70 },
    });
  });

  it.each([
    [
      "the supervisor",
      "dist/runtime/stack/processes/supervisor-main.js",
      "process.listenerCount('SIGHUP')",
    ],
    ["an instance of the API", "dist/intake/wiring/api-worker.js", commandRuns],
    [
      "the bench's consumer",
      "dist/bench/measure/steady-consumer-main.js",
      "process.listenerCount('message')",
    ],
  ])("%s ends with 70, too", async (_, file, when) => {
    const end = inside(ends["an exception"].run, when);
    const isSupervisor = file.includes("supervisor");
    mkdirSync(join(home, "supervisor"), { recursive: true });
    writeFileSync(join(home, "supervisor/spec.json"), `{"revision":1,"children":[]}`);
    const { exitCode, stderr } = await execa(process.execPath, ["--import", end, file], {
      reject: false,
      timeout: 30_000,
      ...(isSupervisor ? {} : { ipc: true }),
      env: {
        NODE_OPTIONS: "",
        ...(isSupervisor ? { ORDERS_STACK_DIR: home, ORDERS_STACK_SERVICE: "supervisor" } : {}),
      },
    });
    expect(stderr).toContain("boom");
    expect(exitCode).toBe(70);
  });
});

describe("a program that is not whole", () => {
  const copy = join(home, "copy");
  beforeAll(() => {
    for (const part of ["bin", "dist", "database", "package.json", "oclif.manifest.json"])
      cpSync(part, join(copy, part), { recursive: true });
    symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
    rmSync(join(copy, "dist/commands/lag.js"));
    rmSync(join(copy, "dist/runtime/settings/resolve-settings.js"));
  });

  it.each([
    ["a command", ["lag"]],
    ["what a command needs", ["status"]],
  ])("without %s is not a verdict", async (_, args) => {
    const { exitCode } = await node([join(copy, "bin/run.js"), ...args]);
    expect(exitCode).toBe(70);
  });

  it("without what every command loads first is none either", async () => {
    rmSync(join(copy, "dist/cli/tell-unexpected.js"));
    const { exitCode, stderr } = await node([join(copy, "bin/run.js"), "status"]);
    expect(stderr).toContain("orders could not be loaded");
    expect(exitCode).toBe(70);
  });
});
