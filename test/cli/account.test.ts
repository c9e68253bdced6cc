import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canEnter } from "../../src/runtime/stack/engines/local/postgres-account.ts";

/** Root may write everywhere and has a name: then somebody else runs the commands. */
const isRoot = process.getuid?.() === 0;
const nameless = { uid: 54_321, gid: 54_321 };
const program = join(process.cwd(), "bin/run.js");
const canRun = !isRoot || canEnter(process.cwd(), { ...nameless, name: "" });

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "orders-home-"));
  chmodSync(home, 0o555);
});
afterAll(() => {
  chmodSync(home, 0o755);
  rmSync(home, { recursive: true });
});

function orders(args: readonly string[], env: Readonly<Record<string, string>>) {
  return execa(process.execPath, [program, ...args], {
    ...(isRoot ? nameless : {}),
    reject: false,
    all: true,
    timeout: 60_000,
    cwd: "/",
    env: { PATH: process.env.PATH ?? "", NO_COLOR: "1", ...env },
    extendEnv: false,
    stdin: "ignore",
  });
}

describe.runIf(canRun)("an account that may do little", () => {
  it("is told by doctor, before up, that the state cannot be written", async () => {
    const { exitCode, all } = await orders(["doctor"], { HOME: home });
    expect(all).toContain(`state directory: ${home} cannot be written`);
    expect(exitCode).toBe(4);
    const up = await orders(["up", "--engine", "local"], { HOME: home });
    expect(up.all).toContain("XDG_STATE_HOME");
    expect(up.exitCode).toBe(4);
  });

  it.runIf(isRoot)("may be a number that no file gives a name or a home", async () => {
    const { exitCode, all } = await orders(["config", "show"], {});
    expect(all).toContain("database-url");
    expect(exitCode).toBe(0);
    const doctor = await orders(["doctor"], {});
    expect(doctor.all).not.toContain("bug of orders");
    expect(doctor.exitCode).toBe(4);
  });
});
