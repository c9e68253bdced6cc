import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import type { VerificationJson } from "../../src/verify/show/verification.ts";
import { eventually } from "../integration/services.ts";

export interface ServiceProcess {
  readonly name: string;
  readonly state: string;
  /** null where nobody asks. */
  readonly ready: boolean | null;
  readonly pid: number;
  readonly restarts: number;
}

interface Status {
  readonly supervisor: { readonly pid: number } | null;
  readonly processes: readonly ServiceProcess[];
}

/** `orders verify --profile shop` in a process of its own: a whole shop under load, to be hurt. */
export interface ShopUnderVerification {
  status(): Promise<Status>;
  /** Waits until the process is at work: one that is still starting has nothing to lose. */
  atWork(name: string): Promise<ServiceProcess>;
  /** @throws when an audit is not consistent; the logs then stay, and it says where. */
  consistent(): Promise<VerificationJson>;
}

const bootAndAuditsWithinMs = 400_000;

export function verifyShop(rate: number, durationSeconds: number): ShopUnderVerification {
  const home = mkdtempSync(join(tmpdir(), "orders-shop-verified-"));
  const run = (...args: readonly string[]) =>
    execa("node", ["bin/run.js", ...args, "--stack", "hurt", "--json"], {
      env: { XDG_STATE_HOME: home, NO_COLOR: "1" },
      ...{ reject: false, stdin: "ignore" },
      timeout: durationSeconds * 1_000 + bootAndAuditsWithinMs,
    });
  const verification = run(
    ...["verify", "--profile", "shop", "--consumers", "1", "--warm-up", "0s"],
    ...["--rate", String(rate), "--duration", `${durationSeconds}s`],
  );
  async function status(): Promise<Status> {
    const { stdout } = await run("status");
    const nothing: Status = { supervisor: null, processes: [] };
    return stdout === "" ? nothing : { ...nothing, ...(JSON.parse(stdout) as Partial<Status>) };
  }
  return {
    status,
    atWork: (name) =>
      eventually(
        async () =>
          (await status()).processes.find(
            (each) => each.name === name && each.state === "running" && each.ready !== false,
          ),
        `${name} is at work`,
        120_000,
      ),
    async consistent() {
      const { stdout } = await verification;
      const found = JSON.parse(stdout) as VerificationJson;
      const { audit, shop, logs } = found;
      const failed = [audit, ...Object.values(shop ?? {})].flatMap(({ checks }) =>
        checks.filter(({ status: is }) => is === "fail"),
      );
      expect(failed, `the logs are in ${logs}`).toEqual([]);
      const verdicts = Object.entries(shop ?? {}).map(([name, { verdict }]) => [name, verdict]);
      expect(Object.fromEntries([...verdicts, ["orders", audit.verdict]])).toEqual({
        ...{ orders: "consistent", outbox: "consistent" },
        ...{ analytics: "consistent", shop: "consistent" },
      });
      rmSync(home, { recursive: true, force: true });
      return found;
    },
  };
}
