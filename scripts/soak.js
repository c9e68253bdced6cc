// node scripts/soak.js: a whole stack under load while its processes are killed one after the other,
// then an audit of every order by id. Exit code 0 when nothing was lost, doubled or oversold.
//   --duration 180   seconds of load
//   --rate 2000      orders per second
//   --every 10       seconds between two kills (-9) of a random API, consumer, PostgreSQL or Kafka
//   --consumers 3    consumer processes
// Uses a stack of its own on free ports and removes it. Needs a built checkout.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { auditLoad, noteBaseline } from "../dist/audit/wiring/audit-load.js";
import { HistoryFiles } from "../dist/load/history-files.js";
import { readHistory } from "../dist/load/history-reader.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";

const { values: flags } = parseArgs({
  options: {
    duration: { type: "string", default: "180" },
    rate: { type: "string", default: "2000" },
    every: { type: "string", default: "10" },
    consumers: { type: "string", default: "3" },
  },
});
const durationMs = Number(flags.duration) * 1_000;
const home = mkdtempSync(join(tmpdir(), "orders-soak-"));
const env = { ...process.env, XDG_STATE_HOME: home };
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const run = promisify(execFile);
const orders = (...args) =>
  run(process.execPath, [program, ...args, "--stack", "soak"], {
    env,
    maxBuffer: 256 * 1024 * 1024,
  });
const say = (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);
// Not everything runs in the middle of a kill: then status exits 4, and still says what it found.
const status = async () =>
  JSON.parse((await orders("status", "--json").catch((error) => error)).stdout);

async function killSomething() {
  const alive = (await status()).processes.filter(({ pid }) => pid !== null);
  const victim = alive[Math.floor(Math.random() * alive.length)];
  if (victim === undefined) return;
  say(`kill -9 ${victim.name}`);
  try {
    process.kill(victim.pid, "SIGKILL");
  } catch {
    // Gone by itself meanwhile.
  }
}

const environmentLine = /^export (\w+)='?(.*?)'?$/gm;

async function soak() {
  const ports = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];
  await orders("up", "--engine", "local", "--scale", `consumer=${flags.consumers}`, ...ports);
  const shown = (await orders("status", "--env")).stdout;
  const found = Object.fromEntries([...shown.matchAll(environmentLine)].map((m) => [m[1], m[2]]));
  const settings = resolveSettings({ environment: found }).values;
  const baseline = await noteBaseline(settings);
  const history = join(home, "history.ndjson");
  const load = spawn(
    process.execPath,
    [
      program,
      "produce",
      "--stack",
      "soak",
      "--rate",
      flags.rate,
      "--duration",
      `${flags.duration}s`,
    ].concat("--history", history, "--quantity", "1"),
    { env, stdio: ["ignore", "inherit", "inherit"] },
  );
  const ended = new Promise((resolve) => load.once("exit", resolve));
  const endsAtMs = Date.now() + durationMs;
  while (Date.now() + Number(flags.every) * 1_000 < endsAtMs) {
    await wait(Number(flags.every) * 1_000);
    await killSomething();
  }
  await ended;
  say("load done; whatever is down now is brought up again");
  await orders("up", "--engine", "local", "--scale", `consumer=${flags.consumers}`);
  const counts = { offered: 0, acked: 0 };
  for await (const { state } of readHistory(history)) {
    counts.offered += 1;
    counts[state] = (counts[state] ?? 0) + 1;
  }
  const audit = await auditLoad(
    settings,
    { history: new HistoryFiles().add(history, counts), baseline },
    300_000,
    {
      step(title, work) {
        say(title);
        return work(() => {});
      },
    },
    AbortSignal.timeout(600_000),
  );
  say(`sent: ${JSON.stringify(counts)}`);
  for (const { name, restarts, state } of (await status()).processes)
    say(`${name}: ${state}, restarted ${restarts} times`);
  for (const { check, status: found, detail } of audit.checks)
    say(`${found.padEnd(8)} ${check}${detail === undefined ? "" : `: ${detail}`}`);
  say(`${audit.verdict}: ${audit.reason}`);
  return audit.verdict;
}

let verdict;
try {
  verdict = await soak();
} finally {
  await orders("down", "--volumes", "--yes").catch(() => {});
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = verdict === "consistent" ? 0 : 1;
