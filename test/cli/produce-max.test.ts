import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RateSearchJson } from "../../src/load/show/rate-search-json.ts";
import { type OrderServer, startOrderServer } from "../integration/load/order-server.ts";
import { eventually } from "../integration/services.ts";

let directory: string;
let server: OrderServer;
/** So many orders of a load are answered at once, and later ones after 30 ms. */
const quickOrders = 40;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-max-"));
  server = await startOrderServer((n) => (n < quickOrders ? "accept" : "accept slowly"));
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

function produceMax(...args: readonly string[]) {
  return execa(
    process.execPath,
    ["bin/run.js", "produce", "--rate", "max", "--url", `${server.url}/order`, ...args],
    {
      reject: false,
      env: { XDG_STATE_HOME: directory, XDG_CONFIG_HOME: directory, NO_COLOR: "1" },
    },
  );
}

describe("orders produce --rate max", () => {
  it("never takes a rate that was answered too late for one that holds, and no key is sent twice", async () => {
    const { stdout, stderr, exitCode } = await produceMax(
      ...["--no-reconcile", "--from", "25", "--step", "400ms", "--hold", "400ms", "--slo", "25ms"],
      "--json",
    );
    const { tries, ...search } = JSON.parse(stdout) as RateSearchJson;
    const ceiling = quickOrders / 0.4;
    for (const { rate_per_second, verdict, reasons, load } of tries) {
      if (verdict === "held") expect(rate_per_second).toBeLessThanOrEqual(ceiling);
      else expect(reasons.join()).not.toBe("");
      expect(load?.planned).toBe(Math.ceil(rate_per_second * 0.4 - 1e-6));
    }
    // Whatever the machine's own pauses made of each rate, all of it goes together.
    expect(["found", "none", "unconfirmed", "invalid"]).toContain(search.end);
    expect(exitCode).toBe(search.end === "found" ? 0 : 5);
    const last = tries.findLast(({ kind, verdict }) => kind === "hold" && verdict === "held");
    expect(search.rate_per_second).toBe(last?.rate_per_second ?? null);
    expect(tries[0]).toMatchObject({ kind: "step", rate_per_second: 25, lag: null });
    expect(stderr).toContain("the consumer's lag is not read");
    expect(stderr.match(/^ +\d+ +(step|hold) /gm)).toHaveLength(tries.length);

    expect(new Set(server.keys).size).toBe(server.keys.length);
    expect(new Set(tries.map(({ load }) => load?.run_id)).size).toBe(tries.length);
    expect(tries.map(({ load }) => load?.seed)).toEqual(
      tries.map((_, at) => `${search.seed}-${at + 1}`),
    );
    expect(await readdir(join(directory, "orders", "runs"))).toHaveLength(tries.length);
  });

  it("says at Ctrl-C what was found so far", async () => {
    const running = produceMax("--no-reconcile", "--from", "50", "--step", "10m");
    await eventually(() => server.keys.length > 10, "some orders");
    running.kill("SIGINT");
    const { stdout, stderr, exitCode } = await running;
    expect(stderr).toContain("SIGINT: no more rates");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "130: Stopped at 50/s. No rate had held until then",
    );
    expect(exitCode).toBe(130);
  });

  it("exits 3 before the first order where no rate could count", async () => {
    const { stdout, stderr, exitCode } = await produceMax(...["--end-to-end", "--json"]);
    expect(stdout + stderr).toContain("the orders could not be reconciled");
    expect(exitCode).toBe(3);
    expect(server.keys).toHaveLength(0);
  });
});
