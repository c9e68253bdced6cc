import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { pipelineFlags, settingFlags } from "../cli/setting-flags.ts";
import { Failure } from "../failure/failure.ts";
import type { OrderStoryJson } from "../journey/show/order-story.ts";

export default class Explain extends OrdersCommand {
  static override summary = "Tell one order's story from all evidence, or where its trail ends";
  static override description =
    `In the order of time: intended, sent and acknowledged (from a load's history), its place in the log,
decided in which transaction, outcome with reason, stock that moved, dead letter and replays; for
an order of the shop its events, where they were published, and whether the analytics counted them.

Reads only, and joins no group. Histories of stored runs are looked through unless one is named. A
message that no row names is searched in the log, from when the order was made, else since the
orders were emptied last; --since and --timeout bound that.

Exit code 0 where the story has an end, 1 where it shows a violation (lost, doubled, altered,
acknowledged but never logged), 3 where it is undecided, not found, or not all could be read.`;
  static override examples = [
    "<%= config.bin %> explain 019ac1f0-7e4b-7c31-9d53-0c8e8a3f4c11",
    {
      description: "With what its load recorded",
      command: "<%= config.bin %> explain --history run.ndjson ORDER_ID",
    },
    {
      description: "Why a script's order is where it is",
      command: "<%= config.bin %> explain ORDER_ID --json | jq -r '.because[0]'",
    },
  ];
  static override args = {
    order: Args.string({ required: true, description: "the order's id, as the tables have it" }),
  };
  static override flags = {
    history: Flags.string({
      summary: "the history of the load that sent it",
      helpValue: "FILE",
      exclusive: ["run"],
    }),
    run: Flags.string({
      summary: "the run that sent it: latest, or the beginning of its id or name",
      helpValue: "RUN",
    }),
    since: Flags.string({
      summary: "search the log from this time on: 15m (ago), 2026-11-22T10:00:00Z",
      helpValue: "TIME",
    }),
    copies: Flags.boolean({
      summary: "also look for copies of its message: reads all of the log",
      default: false,
    }),
    timeout: Flags.string({
      summary: "longest search in the logs",
      default: "1m",
      helpValue: "TIME",
    }),
    ...settingFlags("topic", "group", "eventsTopic", ...pipelineFlags),
  };

  async run(): Promise<OrderStoryJson | undefined> {
    const { args, flags } = await this.parse(Explain);
    const { parseDuration } = await import("../ports/duration.ts");
    const { parsePointInTime } = await import("../runtime/settings/parse-point-in-time.ts");
    const { count } = await import("../report/figures.ts");
    const { terminalOf } = await import("../report/terminal.ts");
    const { explainOrder } = await import("../journey/explain-order.ts");
    const { exitCodeOfStory, orderStoryJson, orderStoryText } = await import(
      "../journey/show/order-story.ts"
    );
    const { liveLine } = await import("../cli/live-line.ts");
    const { sentInHistories } = await import("../cli/sent-in-histories.ts");
    const { untilStopped } = await import("../cli/until-stopped.ts");
    const orderId = demandId(args.order);
    const timeoutMs = parseDuration(flags.timeout, "--timeout", { minMs: 100, maxMs: 86_400_000 });
    const sinceMs =
      flags.since === undefined
        ? undefined
        : parsePointInTime(flags.since, "--since", Date.now()).getTime();
    const settings = this.resolvedToRead(flags).values;
    const live = liveLine(this.quiet || this.jsonEnabled());
    return untilStopped(
      (line) => this.note(line),
      "telling what was found so far",
      async (shutdown) => {
        const found = await sentInHistories(orderId, flags);
        const evidence = await explainOrder(settings, {
          ...{ orderId, sent: found.sent, historiesUnknown: found.unknown },
          ...{ sinceMs, copies: flags.copies, timeoutMs, signal: shutdown.signal },
          onProgress: (read) => live.show(`searching the log: ${count(read)} messages read`),
        }).finally(() => live.clear());
        const story = orderStoryJson(evidence);
        const { stdout } = process;
        this.print(orderStoryText(evidence, terminalOf(stdout, process.env), stdout.columns));
        this.endWith(shutdown.exitCode || exitCodeOfStory(story));
        return story;
      },
    );
  }
}

/** @throws Failure("usage") for what can be no id, and would be found in every message. */
function demandId(text: string): string {
  if (/^\S.{0,254}$/u.test(text.trim())) return text.trim();
  throw new Failure("usage", {
    what: "an order's id has 1 to 255 characters",
    remedy: "give the id as the API answered it, or as `orders db orders` shows it",
  });
}
