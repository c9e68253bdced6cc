// node scripts/boots.js --boots 20 --loops 6: boots a stack so often beside busy loops, on free ports and
// in a state directory of its own, and prints how long each took. Removes everything; exit 1 unless all
// booted. Needs a built checkout.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { Worker } from "node:worker_threads";

const { values: flags } = parseArgs({
  options: {
    boots: { type: "string", default: "20" },
    loops: { type: "string", default: "6" },
    timeout: { type: "string" },
  },
});
const run = promisify(execFile);
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const stateHome = mkdtempSync(join(tmpdir(), "orders-boots-"));
const env = { ...process.env, XDG_STATE_HOME: stateHome, NO_COLOR: "1" };
const orders = (...args) => run(process.execPath, [program, ...args, "--stack", "boots"], { env });
const timeout = flags.timeout === undefined ? [] : ["--timeout", flags.timeout];
const ports = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];
const consent = (await orders("down", "--help")).stdout.includes("--yes") ? ["--yes"] : [];

const loops = Array.from(
  { length: Number(flags.loops) },
  () => new Worker("for (;;);", { eval: true }),
);
const boots = Number(flags.boots);
const seconds = [];
try {
  for (let boot = 1; boot <= boots; boot++) {
    const since = performance.now();
    const failed = await orders("up", ...ports, ...timeout).then(
      () => undefined,
      (error) => `exit ${error.code}\n${error.stderr}`,
    );
    const took = (performance.now() - since) / 1_000;
    if (failed === undefined) seconds.push(took);
    const load = loadavg()[0]?.toFixed(1);
    const how = failed === undefined ? "booted" : `failed, ${failed}`;
    process.stdout.write(`boot ${boot}: ${took.toFixed(1)} s, load average ${load}: ${how}\n`);
    await orders("down", "--volumes", ...consent);
  }
} finally {
  for (const loop of loops) await loop.terminate();
  await orders("down", "--volumes", ...consent).catch(() => {});
  rmSync(stateHome, { recursive: true, force: true });
}
const sorted = seconds.toSorted((a, b) => a - b);
const middle = sorted[Math.floor(sorted.length / 2)]?.toFixed(1) ?? "—";
process.stdout.write(
  `${seconds.length} of ${boots} booted beside ${flags.loops} busy loops on ${cpus().length} processors; median ${middle} s, slowest ${sorted.at(-1)?.toFixed(1) ?? "—"} s\n`,
);
process.exitCode = seconds.length === boots ? 0 : 1;
