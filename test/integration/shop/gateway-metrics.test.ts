import { execFileSync } from "node:child_process";
import { get } from "node:http";
import { expect, it } from "vitest";
import { ApiProcess } from "../intake/api-process.ts";
import { eventually } from "../services.ts";

/** On a connection of its own: any of the processes may take it. */
function ask(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (data: string) => {
        text += data;
      });
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

const nowhere = ["--shop-url", "http://127.0.0.1:1"];

it("/metrics tells of all processes, whichever of them is asked, and goes on counting when one dies", async () => {
  await using gateway = new ApiProcess(
    ["--port", "0", "--instances", "3", ...nowhere],
    {},
    "gateway",
  );
  const url = await eventually(
    () => /(?:"url":"|listening on )(http[^"\s]+)/.exec(gateway.log)?.[1],
    "it listens",
  );
  const workers = () =>
    execFileSync("pgrep", ["-P", String(gateway.child.pid)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
  /** Answers with 404, as one process or all of them have counted them. */
  const counted = async () =>
    Number(
      /gateway_requests_total\{[^}]*status="404"\} (\d+)/.exec(await ask(`${url}/metrics`))?.[1],
    );
  const requests = 300;
  for (let n = 0; n < requests; n += 20)
    await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/nothing`)));
  const asked = await Promise.all(Array.from({ length: 20 }, counted));
  expect(asked).toEqual(Array(20).fill(requests));
  const seconds = /gateway_request_seconds_count\{route="none"\} (\d+)/;
  expect(Number(seconds.exec(await ask(`${url}/metrics`))?.[1])).toBe(requests);

  const [first] = workers();
  process.kill(first ?? 0, "SIGKILL");
  await eventually(() => gateway.log.includes("died (SIGKILL)"), "it is dead");
  expect(await counted()).toBe(requests);
  await ask(`${url}/nothing`);
  expect(await counted()).toBe(requests + 1);
  await eventually(() => workers().length === 3 && !workers().includes(first ?? 0), "another runs");
  expect(await Promise.all(Array.from({ length: 10 }, counted))).toEqual(
    Array(10).fill(requests + 1),
  );
});
