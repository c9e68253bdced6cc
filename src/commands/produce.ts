import type { Interfaces } from "@oclif/core";
import * as Flags from "@oclif/core/flags";
import { instancesFlag } from "../cli/instances-flag.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { pipelineFlags, settingFlags } from "../cli/setting-flags.ts";
import { exitCodeOf } from "../failure/failure.ts";
import { arrivalNames, loadDefaults, searchDefaults } from "../load/load-defaults.ts";
import type { LoadRequest, LoadRequestText } from "../load/load-request.ts";
import type { LoadJson } from "../load/show/load-json.ts";
import type { RateSearchJson } from "../load/show/rate-search-json.ts";
import type { Slice } from "../load/slice.ts";
import { loadTargets } from "../load/targets/load-targets.ts";
import { orderLimits } from "../order/order.ts";

type LoadFlags = Interfaces.InferredFlags<typeof Produce.flags>;

/** A recording says all of this itself. */
const notReplayed = [
  ...["rate", "duration", "orders", "warm-up", "ramp", "stages", "arrivals"],
  ...["customers", "products", "hot", "quantity", "price", "items", "per-request"],
  ...["pay-share", "cancel-share"],
] as const;

export default class Produce extends OrdersCommand {
  static override summary = "Send random orders at a steady rate and report what became of each";

  // Lines of 78: oclif indents by two, and keeps the breaks.
  static override description = `\
Each order leaves when it is due, whether or not others have been answered,
and its latency counts from when it was due: a slow system can neither make
the load gentler nor hide its own waiting.

The rate may change: --stages 30s@1000,1m@1000..5000,2s@10000 holds 1000/s for
30 s, rises to 5000/s within a minute, and ends with a spike of 2 s; --ramp 10s
lets --rate be reached in 10 s. --arrivals poisson draws the distances, from
--seed, with as many orders in all. --orders N without a rate sends N at once.

--rate max finds the highest rate that holds: from --from on it doubles, for
--step each, then halves the interval to within 5 %, and holds the best for
--hold. A rate holds when its load was delivered as below, its response p99 is
within --slo, no --fail-if is crossed, and the consumer's backlog is gone a
tenth of the load's time (1 s at least) after its end; the next one begins
when it is gone. A rate that fails is believed to at its second try. The one
that is held counts only if each of its acknowledged orders has its row. Exit 0
with that rate, 5 when not even the first held or none did for --hold, or the
generator was the limit; 3 when the orders did not reconcile, or nobody could
look, or a backlog did not drain within --drain-timeout. Ctrl-C gives what was
found so far.

Every order ends as one of
  acked    accepted: 202, by the shop 201, or acknowledged by Kafka
  failed   certainly not accepted: refused, or no connection
  unknown  sent, but nobody can say: 504, connection cut, timeout
  dropped  due, but never tried: too many were in flight, or it was late by
           more than --timeout
and offered = acked + failed + unknown + dropped.

Customers, products, quantities and prices are drawn evenly, or as :DIST says:
  :zipf=1.1     number r (of customers, in the list, from the least quantity or
                price) as often as 1/r^1.1
  :hot=1%/50%   half of the draws go to the first hundredth of the values
The same --seed draws the same.

--replay FILE sends what a history says was due: its customers, lines and
planned changes, at the distances of its own, or --speed times as fast; its
warm-up is one again. They are new orders. Under --run-id and --seed of the
recorded run its keys are sent again, too: a retry, which makes no order twice.
What was due then counts, not what was answered. A file that is read more
slowly than its orders fall due makes them late, and they are measured so.

A system that this project did not start is loaded by --url, or by --target
kafka --brokers … --topic …, in its own form. In --url, --header, --body and
--key these stand for what an order has:
  {{order_id}} {{fingerprint}} {{key}}
      unique to each order: by one of them an order whose answer never came
      can be found; fingerprint and key are the same, "key" in the history
  {{customer_id}} {{amount}} {{sequence}} {{timestamp}} {{timestamp_ms}}
  {{product_id}} {{quantity}} {{price}}   of an order of one line
  {{items}}                all lines, [{product_id, quantity, price}]
  {{#items}}…{{/items}}    the text between once per line, commas in between
  {{customer_id|number}}   the number in a name: 42 of CUST00042
In JSON a placeholder without quotes is written by its type, text with quotes
and numbers without; within quotes it is part of that text. A system that
gives orders ids of its own is followed under those, if --id-field says where
they are; without --id-field the status alone means accepted.

The exit code is 0 when the load was delivered: nothing dropped, sent at 99 %
of --rate or more, and 99 % of the orders or more acked. It is 5 when it was
not, 4 when nothing could be reached, 7 when --history or the run's file
could not be written, and 130 or 143 after a signal, with the report of what
ran until then. A rate that was missed because the generator itself had no
CPU, waited for a core that others had, stood still or found no sockets is
invalid (5): nothing is known of the target then.

--instances N spreads the schedule over N processes, by one clock: each order
is as a single process would send it, and one of them does. --max-in-flight
and --connections hold for all together; --history orders.ndjson is
orders-1.ndjson … orders-N.ndjson, one for each. If one dies, the others go on,
and the run is invalid (5): orders that it had not sent are dropped, those of
which it told no outcome unknown.

--fail-if METRIC>BOUND makes the exit code 6 when the run crosses it, and 3 when
it was not measured, e.g. 'response_p99>100ms', 'error_rate>0.1%',
'acked_rate<4900/s', 'lag_max>100000 for 5m' (every second of such a time).
Latencies are schedule_lag (due until sent), service (sent until answered),
response (due until answered) and end_to_end (due until the row's transaction
committed), each with _p50 _p90 _p99 _p999 _max. An unknown metric names them
all. 'reference' stands for five: lag_max>100000 for 5m, database_p99>200ms,
lock_wait_mean>50ms, network_share_max>70% (of --link-gbps), error_rate>0.1%.
What they need is sampled while the load runs, and nothing else.

What happened in each second is written down, with settings, machine and
revision, under $XDG_STATE_HOME/orders/runs: \`orders report\` tells it again.`;

  static override examples = [
    "<%= config.bin %> <%= command.id %> --rate 1000 --duration 30s",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 1m --hot PROD007=80% --quantity 1",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 1m --customers 100000:zipf=1.1 --products all:hot=20%/80% --price 5-500:zipf=0.8 --items 3",
    "<%= config.bin %> <%= command.id %> --rate 20000 --duration 10s --target kafka --json",
    "<%= config.bin %> <%= command.id %> --rate max --slo 50ms",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 30s --target gateway --pay-share 30%",
    `<%= config.bin %> <%= command.id %> --rate 200 --duration 10s --url http://shop.test/v1/orders --body '{"sku": {{product_id}}, "qty": {{quantity}}, "ref": {{fingerprint}}}' --id-field data.id --accept 201`,
    "<%= config.bin %> <%= command.id %> --rate 200 --duration 10s --history orders.ndjson",
    "<%= config.bin %> <%= command.id %> --replay orders.ndjson --speed 2",
  ];

  static override flags = {
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
      summary:
        "products, PROD001,PROD042=19.99 [default: all, PROD001 to PROD010, at their prices]",
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

  async #request(flags: LoadFlags): Promise<LoadRequest> {
    const { replay, "run-id": runId } = flags;
    if (replay !== undefined) {
      const { parseReplay } = await import("../load/replay/parse-replay.ts");
      return parseReplay({ ...flags, replay, runId });
    }
    const { parseLoadRequest } = await import("../load/load-request.ts");
    return parseLoadRequest(requestText(flags));
  }

  override async run(): Promise<LoadJson | RateSearchJson> {
    const { flags } = await this.parse(Produce);
    const { parseSearchRequest } = await import("../load/search/search-request.ts");
    const foreign = [flags.url, flags.body, flags.key, flags.header].some((each) => each);
    const search = parseSearchRequest({ ...flags, foreign });
    const request = await this.#request({ ...flags, ...search?.firstLoad });
    const { parseMeasureRequest, parseDrainTimeout } = await import("../load/measure-request.ts");
    const measuresOf = (endToEnd: boolean) =>
      parseMeasureRequest({
        failIf: flags["fail-if"] ?? [],
        linkGbps: flags["link-gbps"],
        endToEnd,
        drainTimeout: flags["drain-timeout"],
      });
    const measures = measuresOf(flags["end-to-end"]);
    const resolved = this.resolvedToChange(flags);
    const { untilStopped } = await import("../cli/until-stopped.ts");
    const { chooseTarget } = await import("../load/targets/choose-target.ts");
    const { readBodyFile } = await import("../load/wiring/read-body-file.ts");
    const body = flags.body === undefined ? undefined : await readBodyFile(flags.body);
    const targetText = { ...flags, body };
    const target = await chooseTarget(targetText, request.workload, process.env);
    if (target.warning !== undefined) this.note(`Warning: ${target.warning}`);
    const limits = {
      ...{ maxInFlight: flags["max-in-flight"], connectionsMax: flags.connections },
      warmStart: true,
    };
    const args = ["produce", ...this.argv];
    if (search !== undefined) {
      const { produceMax } = await import("../cli/produce-max.ts");
      const optionsOf = (endToEnd: boolean) => ({ target, ...limits, ...measuresOf(endToEnd) });
      return produceMax(this.output(), {
        ...{ search, seed: flags.seed, resolved, args, json: this.jsonEnabled() },
        requestOf: (of) => this.#request({ ...flags, ...of }),
        options: {
          // The shop's outbox is a backlog of its own: by the rows it is seen to be empty.
          step: optionsOf(flags["end-to-end"] || (search.reconcile && target.name === "gateway")),
          hold: optionsOf(flags["end-to-end"] || search.reconcile),
        },
        drainTimeoutMs: parseDrainTimeout(flags["drain-timeout"]),
        ofOurs: flags.url === undefined || "group" in flags,
        runFile: flags["run-file"],
      });
    }
    const { createLiveDisplay } = await import("../load/show/live-display.ts");
    const { loadReport } = await import("../load/show/load-report.ts");
    const { secondJson } = await import("../load/show/second-json.ts");
    const { shownJson } = await import("../failure/shown.ts");
    const { shown, terminalOf } = await import("../report/terminal.ts");
    const asLines = flags["json-lines"];
    const tell = (line: object) => void process.stdout.write(`${shownJson(line)}\n`);
    const display = this.quiet || asLines ? undefined : createLiveDisplay(process.stderr);
    const say = (line: string) => {
      display?.clear();
      this.note(line);
    };
    const { recordLoad } = await import("../cli/record-load.ts");
    const { runName } = await import("../load/runs/run-names.ts");
    const load = {
      ...{ request, resolved, args, runFile: flags["run-file"] },
      options: {
        ...{ target, ...limits, ...measures, historyFile: flags.history },
        ...(flags.instances > 1 && {
          instances: {
            count: flags.instances,
            text: { request: requestText(flags), target: targetText },
          },
        }),
      },
    };
    const doing = "no more orders; waiting up to 3 s for answers, then the report";
    return untilStopped(say, doing, async (shutdown) => {
      const onSlice = (slice: Slice) => asLines && tell(secondJson(slice));
      const recorded = await recordLoad(load, shutdown, { display, say, onSlice });
      const { result, delivered, thresholds, endToEnd } = recorded.measured;
      const { json, runFile, exitCode, written } = recorded;
      const terminal = terminalOf(process.stdout, process.env);
      const run = written ? runFile && runName(runFile.name) : undefined;
      const ended = { ...json, ...(runFile && { run_file: runFile.path }) };
      if (asLines) tell({ kind: "result", ...ended });
      else
        this.print(
          loadReport(result, delivered, terminal, { exitCode, run, thresholds, endToEnd }),
        );
      // Whoever keeps the report, or throws it away, learns it all the same.
      if (delivered.exitCode === exitCodeOf.output)
        this.note(`Error: ${shown(delivered.sentence)}`);
      this.endWith(exitCode);
      return ended;
    });
  }
}

function requestText(flags: LoadFlags): LoadRequestText {
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
