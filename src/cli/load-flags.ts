import type { Interfaces } from "@oclif/core";
import * as Flags from "@oclif/core/flags";
import { arrivalNames, loadDefaults, searchDefaults } from "../load/load-defaults.ts";
import type { LoadRequestText } from "../load/load-request.ts";
import { loadTargets } from "../load/targets/load-targets.ts";
import { orderLimits } from "../order/order.ts";
import { instancesFlag } from "./instances-flag.ts";
import { pipelineFlags, settingFlags } from "./setting-flags.ts";

/** A recording says all of this itself. */
const notReplayed = [
  ...["rate", "duration", "orders", "warm-up", "ramp", "stages", "arrivals"],
  ...["customers", "products", "hot", "quantity", "price", "items", "per-request"],
  ...["pay-share", "cancel-share"],
] as const;

/** How a load is asked for. */
export const loadFlags = {
  rate: Flags.string({
    helpValue: "R",
    summary: "orders per second, 0.1 to 200000; max: find the highest that holds",
  }),
  duration: Flags.string({
    helpValue: "D",
    summary: "how long: 500ms, 10s, 5m, at most 24h",
  }),
  orders: Flags.integer({
    min: 1,
    helpValue: "N",
    summary: "in place of --duration: so many orders; without --rate, all at once",
  }),
  "warm-up": Flags.string({
    helpValue: "D",
    summary: "first send real orders for so long: in history and audits, not in the figures",
  }),
  ramp: Flags.string({
    helpValue: "D",
    summary: "first let the rate rise from 0 to --rate for so long",
  }),
  stages: Flags.string({
    helpValue: "D@R[..R],…",
    summary: "in place of --rate: one stage after the other; 1m@100..500 rises evenly",
  }),
  from: Flags.string({
    helpValue: "R",
    summary: `with --rate max: the first rate, and the lowest [default: ${searchDefaults.from}]`,
  }),
  step: Flags.string({
    helpValue: "D",
    summary: `with --rate max: how long each rate is tried [default: ${searchDefaults.step}]`,
  }),
  hold: Flags.string({
    helpValue: "D",
    summary: `with --rate max: how long the best is held [default: ${searchDefaults.hold}]`,
  }),
  slo: Flags.string({
    helpValue: "D",
    summary: `with --rate max: the response p99 allowed [default: ${searchDefaults.slo}]`,
  }),
  reconcile: Flags.boolean({
    default: true,
    allowNo: true,
    summary: "with --rate max: a rate counts only if its acknowledged orders have their rows",
  }),
  arrivals: Flags.option({
    options: arrivalNames,
    default: "even" as const,
    summary: "even: at even distances; poisson: as customers come who know nothing of each other",
  })(),
  replay: Flags.string({
    // A file's schedule is known as far as it was read: nobody could tell what a dead process left.
    exclusive: [...notReplayed, "instances"],
    helpValue: "FILE",
    summary: "send the orders of a history again, at its pace; .gz: unpacked",
  }),
  speed: Flags.string({
    dependsOn: ["replay"],
    helpValue: "X",
    summary: "with --replay: so many times as fast, 0.001 to 1000 [default: 1]",
  }),
  target: Flags.string({
    options: loadTargets.map(({ name }) => name),
    default: loadTargets[0].name,
    summary: loadTargets.map(({ name, summary }) => `${name}: ${summary}`).join("; "),
  }),
  url: Flags.string({
    exclusive: ["api-url"],
    helpValue: "URL",
    summary: "where another system takes an order, in a form of its own",
  }),
  method: Flags.string({
    helpValue: "M",
    summary: "with --url: POST unless given",
  }),
  header: Flags.string({
    multiple: true,
    helpValue: "'NAME: VALUE'",
    summary: "with --url, or of a message; {{env.TOKEN}} stands for a variable's value",
  }),
  body: Flags.string({
    helpValue: "TEXT|@FILE",
    summary: "template of the body, or of the message [default: as our API takes it]",
  }),
  key: Flags.string({
    helpValue: "TEXT",
    summary: "template of the message's key [default: {{customer_id}}]",
  }),
  "id-field": Flags.string({
    helpValue: "A.B.C",
    summary: "with --url: the field of an answer that has the order's id",
  }),
  accept: Flags.string({
    helpValue: "LIST",
    summary: "with --url: statuses that mean accepted, as 200,201 or 2xx [default: 2xx]",
  }),
  customers: Flags.string({
    default: String(loadDefaults.customers),
    helpValue: "N[:DIST]",
    summary: "how many customers order, and how their shares are distributed",
  }),
  products: Flags.string({
    helpValue: "LIST[:DIST]",
    summary: "products, PROD001,PROD042=19.99 [default: all, PROD001 to PROD010, at their prices]",
  }),
  hot: Flags.string({
    multiple: true,
    helpValue: "PRODUCT=SHARE%",
    summary: "share of the order lines that go to one product; may be repeated",
  }),
  quantity: Flags.string({
    default: loadDefaults.quantity,
    helpValue: "N-M[:DIST]",
    summary: "pieces per order line",
  }),
  price: Flags.string({
    helpValue: "P-Q[:DIST]",
    summary: "of one piece, 5-500 or 0.99-20, in place of its product's; makes the amount",
  }),
  items: Flags.integer({
    min: 1,
    max: 100,
    default: loadDefaults.linesPerOrder,
    helpValue: "N",
    summary: "lines per order; above 1 the orders carry items",
  }),
  "per-request": Flags.integer({
    min: 1,
    max: orderLimits.batchOrdersMax,
    default: 1,
    helpValue: "N",
    summary: "orders in one request, to POST /orders/batch; they are due together",
  }),
  "pay-share": Flags.string({
    helpValue: "SHARE%",
    summary: "share of the accepted orders that are paid for at once; with --target gateway",
  }),
  "cancel-share": Flags.string({
    helpValue: "SHARE%",
    summary: "share of the accepted orders that are cancelled at once; with --target gateway",
  }),
  seed: Flags.string({
    helpValue: "TEXT",
    summary: "the same seed gives the same orders [default: random, shown in the report]",
  }),
  "run-id": Flags.string({
    dependsOn: ["seed"],
    helpValue: "ID",
    summary: "with --seed: repeat that run's Idempotency-Keys too, so that it is a retry of it",
  }),
  instances: instancesFlag("processes that send it, each a part of the same schedule"),
  "max-in-flight": Flags.integer({
    min: 1,
    max: 1_000_000,
    default: loadDefaults.maxInFlight,
    helpValue: "N",
    summary: "unanswered orders at once; an order due beyond that is dropped",
  }),
  connections: Flags.integer({
    min: 1,
    max: 20_000,
    default: loadDefaults.connections,
    helpValue: "N",
    summary: "HTTP connections at most; opened as needed",
  }),
  timeout: Flags.string({
    default: loadDefaults.timeout,
    helpValue: "D",
    summary: "longest wait for an answer; after it the order is unknown",
  }),
  history: Flags.string({
    helpValue: "FILE",
    summary:
      "write each order before it leaves, and what became of it, to this new file; .gz: packed",
  }),
  "run-file": Flags.boolean({
    default: true,
    allowNo: true,
    summary: "write the run down, for `orders report`, `orders runs` and `orders compare`",
  }),
  "fail-if": Flags.string({
    multiple: true,
    helpValue: "'METRIC>BOUND'",
    summary: "exit 6 when the run crosses it, 3 when it was not measured; or reference",
  }),
  "json-lines": Flags.boolean({
    default: false,
    exclusive: ["json"],
    summary: "one line of JSON for each second as it ends, then one with the result",
  }),
  "link-gbps": Flags.integer({
    min: 1,
    max: 1_000,
    helpValue: "N",
    summary: "what one direction of the network link carries, for network_share",
  }),
  "end-to-end": Flags.boolean({
    default: false,
    summary: "afterwards wait for the orders' rows, and read when they were committed",
  }),
  "drain-timeout": Flags.string({
    default: loadDefaults.drainTimeout,
    helpValue: "D",
    summary: "with --end-to-end: how long rows are waited for; with --rate max backlogs, too",
  }),
  ...settingFlags(
    "apiUrl",
    "gatewayUrl",
    "topic",
    "group",
    ...pipelineFlags,
    "compression",
    "publishBatch",
    "publishQueue",
    "maxMessageBytes",
  ),
};

export type LoadFlags = Interfaces.InferredFlags<typeof loadFlags>;

/** As the load reads them. */
export function requestText(flags: LoadFlags): LoadRequestText {
  return {
    ...flags,
    runId: flags["run-id"],
    warmUp: flags["warm-up"],
    linesPerOrder: flags.items,
    perRequest: flags["per-request"],
    payShare: flags["pay-share"],
    cancelShare: flags["cancel-share"],
  };
}
