import { expect, it } from "vitest";
import { parseWorkload } from "../../../src/load/parse-workload.ts";
import { chooseTarget } from "../../../src/load/targets/choose-target.ts";
import { gatewayTarget } from "../../../src/load/targets/gateway.ts";
import { httpTarget } from "../../../src/load/targets/http.ts";
import { warmStart } from "../../../src/load/wiring/warm-start.ts";

const workload = parseWorkload({ seed: "s", runId: "r" });
const never = new AbortController().signal;

/** Orders that were not understood would warm another path than the load's. */
it("takes the very orders of each kind of HTTP target", async () => {
  const url = "http://192.0.2.1/v1/orders";
  const body = '{"customer_id":{{customer_id}},"ref":{{key}}}';
  const asOurs = await chooseTarget({ target: "http", url }, workload, {});
  const another = await chooseTarget({ target: "http", url, body }, workload, {});
  // All 10,000, but on a machine that stood still for a second.
  for (const target of [httpTarget, gatewayTarget, asOurs, another])
    expect(await warmStart(target, workload, never)).toBeGreaterThan(5_000);
});

it("leaves a target alone that is no HTTP request, and ends when it is told to", async () => {
  const topic = await chooseTarget({ target: "kafka" }, workload, {});
  expect(await warmStart(topic, workload, never)).toBe(0);
  expect(await warmStart(httpTarget, workload, AbortSignal.abort())).toBe(0);
});
