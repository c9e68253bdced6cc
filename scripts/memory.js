// node scripts/memory.js: what a consumer process needs in memory while it drains a full topic.
//   --orders 2000000   orders in the topic before it starts
//   --rate 15000       at which they are placed
//   --limit 300        MB: exit code 6 when the peak is above
// Peak: VmHWM of /proc (Linux), which is what the kernel saw at most. In between, once a second, the
// parts of it: Node's heap, and buffers outside of it. Uses a stack of its own on free ports and
// removes it. Needs a built checkout.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const { values: flags } = parseArgs({
  options: {
    orders: { type: "string", default: "2000000" },
    rate: { type: "string", default: "15000" },
    limit: { type: "string", default: "300" },
  },
});
const count = Number(flags.orders);
const stateHome = mkdtempSync(join(tmpdir(), "orders-memory-"));
const env = { ...process.env, XDG_STATE_HOME: stateHome, ORDERS_STACK: "memory" };
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const run = promisify(execFile);
const orders = (...args) =>
  run(process.execPath, [program, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
const mb = (bytes) => `${Math.round(bytes / 1e6)}`.padStart(6);

// Runs inside the consumer: the kernel knows only the sum.
const reporter = `setInterval(() => process.stderr.write(
  "memory " + JSON.stringify(process.memoryUsage()) + "\\n"), 1000).unref()`;

/** @returns bytes, or undefined once the process is gone. */
function peakOf(pid) {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

async function drain() {
  const source = `data:text/javascript,${encodeURIComponent(reporter)}`;
  const args = ["--import", source, program, "consume", "--until-caught-up", "--json"];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [peakBytes, json, rest] = [0, "", ""];
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid) ?? 0);
  }, 50);
  child.stdout.on("data", (data) => {
    json += data;
  });
  const seconds = [];
  child.stderr.on("data", (data) => {
    const lines = (rest + data).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("memory ")) seconds.push(JSON.parse(line.slice("memory ".length)));
      else process.stderr.write(`${line}\n`);
    }
  });
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  if (exitCode !== 0) throw new Error(`orders consume ended with ${exitCode}: ${json}`);
  return { peakBytes, seconds, result: JSON.parse(json) };
}

try {
  await orders(
    "up",
    "--scale",
    "consumer=0",
    "--port",
    "0",
    "--kafka-port",
    "0",
    "--postgres-port",
    "0",
  );
  const duration = `${Math.ceil(count / Number(flags.rate))}s`;
  process.stdout.write(`placing ${count} orders, ${flags.rate} a second\n`);
  // What it could not place in time is not in the topic: the consumer's own count is what counts.
  await orders("produce", "--target", "kafka", "--rate", flags.rate, "--duration", duration).catch(
    (error) => {
      if (error.code !== 5) throw error;
    },
  );
  const { peakBytes, seconds, result } = await drain();
  process.stdout.write("second    rss   heap (used)  buffers   MB\n");
  for (const [second, memory] of seconds.entries()) {
    const { rss, heapTotal, heapUsed, external } = memory;
    const heap = `${mb(heapTotal)} (${mb(heapUsed).trim()})`.padEnd(14);
    process.stdout.write(`${String(second + 1).padStart(6)} ${mb(rss)} ${heap} ${mb(external)}\n`);
  }
  process.stdout.write(
    `${result.processed} orders, ${Math.round(result.orders_per_second)}/s, peak ${mb(peakBytes).trim()} MB resident\n`,
  );
  if (peakBytes > Number(flags.limit) * 1e6) process.exitCode = 6;
} finally {
  await orders("down", "--volumes", "--yes").catch(() => {});
  rmSync(stateHome, { recursive: true, force: true });
}
