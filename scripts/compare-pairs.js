// Loads a bare HTTP server again and again and compares each run with the next: how often two runs of
// the same build come out as more than noise, and whether an answer that takes a tenth longer is found.
// usage: node scripts/compare-pairs.js [pairs] [seconds of a run] [rate]
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const [pairs = "5", seconds = "60", rate = "200"] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), "orders-compare-"));
const env = { ...process.env, XDG_STATE_HOME: home, NO_COLOR: "1" };
let answerAfterMs = 20;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    setTimeout(() => response.writeHead(202).end("{}"), answerAfterMs);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/order`;

async function run() {
  const args = ["bin/run.js", "produce", "--rate", rate, "--duration", `${seconds}s`, "--url", url];
  const { stdout } = await promisify(execFile)("node", [...args, "--json", "--quiet"], {
    ...{ env, maxBuffer: 2 ** 28 },
  });
  return JSON.parse(stdout).run_file;
}

function compared(a, b) {
  const args = ["bin/run.js", "compare", a, b, "--json"];
  const { figures } = JSON.parse(
    execFileSync("node", args, { env, maxBuffer: 2 ** 28 }).toString(),
  );
  const news = figures.filter(({ verdict }) => verdict !== "noise");
  const told = news.map(
    ({ name, change, verdict }) => `${name} ${(change * 100).toFixed(1)} % ${verdict}`,
  );
  return { news, told: told.join(", ") || "noise" };
}

try {
  let cried = 0;
  let last = await run();
  for (let pair = 1; pair <= Number(pairs); pair++) {
    const next = await run();
    const { news, told } = compared(last, next);
    if (news.length > 0) cried++;
    console.log(`pair ${pair}: ${told}`);
    last = next;
  }
  answerAfterMs *= 1.1;
  console.log(`an answer a tenth slower: ${compared(last, await run()).told}`);
  console.log(`${Number(pairs) - cried} of ${pairs} equal pairs came out as noise`);
} finally {
  server.close();
  rmSync(home, { recursive: true });
}
