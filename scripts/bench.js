// npm run bench: the figures that the README quotes, on this machine, as medians.
//   --help above bare node · warm `up` · `down` · draining a full topic with one consumer process
// Uses a stack of its own on free ports and removes it. Needs a built checkout.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { newOrderId } from "../dist/order/order-id.js";
import { writeOrderMessage } from "../dist/order/order-message.js";
import { createMessageSender } from "../dist/runtime/kafka/create-message-sender.js";
import { createKafka } from "../dist/runtime/kafka/kafka-client.js";
import { resolveSettings } from "../dist/runtime/settings/resolve-settings.js";

const { values: flags } = parseArgs({
  options: {
    orders: { type: "string", default: "200000" },
    runs: { type: "string", default: "5" },
  },
});
const runs = Number(flags.runs);
const ordersCount = Number(flags.orders);
const run = promisify(execFile);
const program = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const stateHome = mkdtempSync(join(tmpdir(), "orders-bench-"));
const env = { ...process.env, XDG_STATE_HOME: stateHome };
const stack = ["--stack", "bench"];
const freePorts = ["--port", "0", "--kafka-port", "0", "--postgres-port", "0"];

async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

async function times(count, work) {
  const results = [];
  for (let i = 0; i < count; i++) results.push(await work(i));
  return results.toSorted((a, b) => a - b);
}

const median = (sorted) => sorted[Math.floor(sorted.length / 2)];
const orders = (...args) =>
  run(process.execPath, [program, ...args], { env, maxBuffer: 64 * 1024 * 1024 });

function report(name, sorted, unit) {
  const show = (value) =>
    value.toLocaleString("en-US", { maximumFractionDigits: unit === "s" ? 2 : 0 });
  process.stdout.write(
    `${name.padEnd(44)} ${show(median(sorted)).padStart(10)} ${unit.padEnd(8)} (${show(sorted[0])} to ${show(sorted.at(-1))}, ${sorted.length} runs)\n`,
  );
}

async function fill(settings, topic, count) {
  const sender = createMessageSender(createKafka(settings, "orders-bench"), { ...settings, topic });
  await sender.connect();
  for (let sent = 0; sent < count; ) {
    const messages = Array.from({ length: Math.min(5_000, count - sent) }, (_, index) => {
      const n = sent + index;
      const customerId = `CUST${n % 10_000}`;
      const line = {
        productId: `PROD${String(1 + (n % 10)).padStart(3, "0")}`,
        quantity: 1,
        amount: 19.99,
      };
      const order = { orderId: newOrderId(), customerId, lines: [line], placedAtMs: Date.now() };
      return { key: customerId, value: Buffer.from(writeOrderMessage(order, line.amount)) };
    });
    await sender.send(messages);
    sent += messages.length;
  }
  await sender.close();
}

process.stdout.write(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n`);
try {
  const pairs = await times(11, async () => {
    const bare = await seconds(() => run(process.execPath, ["-e", "0"]));
    return 1_000 * ((await seconds(() => orders("--help"))) - bare);
  });
  report("orders --help above node -e 0", pairs, "ms");

  await orders("up", ...stack, ...freePorts);
  const downs = [];
  const ups = await times(runs, async () => {
    downs.push(await seconds(() => orders("down", ...stack)));
    return seconds(() => orders("up", ...stack, ...freePorts));
  });
  report("warm orders up", ups, "s");
  report(
    "orders down",
    downs.toSorted((a, b) => a - b),
    "s",
  );

  await orders("up", ...stack, "--scale", "consumer=0");
  const { stdout } = await orders("status", ...stack, "--env");
  const environment = Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)='?(.*?)'?$/gm)].map(([, name, value]) => [name, value]),
  );
  const settings = resolveSettings({ environment }).values;
  const rates = await times(runs, async () => {
    await fill(settings, settings.topic, ordersCount);
    const { stdout: json } = await orders("consume", ...stack, "--until-caught-up", "--json");
    const result = JSON.parse(json);
    if (result.processed !== ordersCount)
      throw new Error(`processed ${result.processed} of ${ordersCount}`);
    return result.orders_per_second;
  });
  report(
    `drain of ${ordersCount.toLocaleString("en-US")} orders, joining included`,
    rates,
    "orders/s",
  );
} finally {
  await orders("down", ...stack, "--volumes", "--yes").catch(() => {});
  rmSync(stateHome, { recursive: true, force: true });
}
