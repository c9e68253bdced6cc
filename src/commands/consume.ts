import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { consumerFlags, settingFlags } from "../cli/setting-flags.ts";
import { shown } from "../failure/shown.ts";
import type { Order } from "../order/order.ts";
import type { ConsumerResult } from "../reservation/wiring/run-consumer.ts";

interface ConsumeResult {
  readonly topic: string;
  readonly group: string;
  readonly strategy: string;
  readonly processed: number;
  readonly reserved: number;
  readonly rejected: number;
  readonly dead_lettered: number;
  readonly duplicates: number;
  readonly caught_up: boolean;
  readonly accepted_loss_offsets: number;
  readonly instances: number;
  readonly duration_ms: number;
  readonly orders_per_second: number;
}

export default class Consume extends OrdersCommand {
  static override summary = "Reserve stock for the orders in the topic (a consumer group)";
  static override description =
    "Outcomes, stock, dead letters and offsets are written in one transaction, so every order ends as exactly one of reserved, rejected or dead-lettered, whatever crashes. Ctrl-C or SIGTERM finishes the batch in hand, commits, leaves the group and exits 0.";
  static override examples = [
    { description: "Consume beside the running stack", command: "<%= config.bin %> consume" },
    {
      description: "Drain a full topic with two processes of eight transactions each, then end",
      command: "<%= config.bin %> consume --workers 8 --instances 2 --until-caught-up",
    },
    {
      description: "The same with another strategy (README: Strategies)",
      command: "<%= config.bin %> consume --strategy row-lock --until-caught-up",
    },
    {
      description: "Consume from a system that orders did not start",
      command:
        "<%= config.bin %> consume --brokers kafka:9092 --database-url postgresql://app@db/orders",
    },
  ];
  static override flags = {
    instances: Flags.integer({
      summary: "processes, each a member of the group",
      default: 1,
      min: 1,
      max: 64,
    }),
    from: Flags.string({
      summary: "where to begin with partitions that have no stored offset",
      options: ["earliest", "latest"],
      default: "earliest",
    }),
    "until-caught-up": Flags.boolean({
      summary: "end when all that is in the topic now is decided",
    }),
    timeout: Flags.string({
      summary: "with --until-caught-up: end with exit code 3 after this long, saying what is left",
      dependsOn: ["until-caught-up"],
      helpValue: "TIME",
    }),
    "accept-loss": Flags.boolean({
      summary: "go on although the log no longer has what was not decided yet",
    }),
    "stats-interval": Flags.string({
      summary: "time between two lines of statistics",
      default: "10s",
      helpValue: "TIME",
    }),
    verbose: Flags.boolean({ summary: "print a line for every reserved order" }),
    "health-port": Flags.integer({
      summary: "serve GET /health and /ready on this port",
      min: 0,
      max: 65_535,
    }),
    "health-host": Flags.string({ summary: "address of --health-port", default: "127.0.0.1" }),
    ...settingFlags("strategy", "kafkaClient", "group", "topic", "dlqTopic", ...consumerFlags),
  };

  async run(): Promise<ConsumeResult | undefined> {
    const { flags } = await this.parse(Consume);
    const { parseDuration } = await import("../ports/duration.ts");
    const { listenForShutdown } = await import("../runtime/lifecycle/shutdown.ts");
    const { endWithParent, instanceNumber, reportResult } = await import(
      "../runtime/lifecycle/processes/as-instance.ts"
    );
    const settings = this.resolved(flags).values;
    const statsIntervalMs = parseDuration(flags["stats-interval"], "--stats-interval", {
      minMs: 100,
      maxMs: 3_600_000,
    });
    const timeoutMs =
      flags.timeout === undefined
        ? undefined
        : parseDuration(flags.timeout, "--timeout", { minMs: 100, maxMs: 86_400_000 });
    const { goOnAfterLoss, whenReaderGone } = await import(
      "../runtime/lifecycle/output/guarded-streams.ts"
    );
    goOnAfterLoss();
    const shutdown = listenForShutdown(
      (line) => this.note(line),
      "finishing the batch in hand",
      whenReaderGone,
    );
    const instance = instanceNumber();
    if (flags.instances > 1 && instance === undefined) {
      const { runInstances } = await import("../runtime/lifecycle/processes/run-instances.ts");
      const { results, exitCodes } = await runInstances<ConsumerResult>(
        flags.instances,
        shutdown.signal,
        21_000,
        (line) => this.note(line),
      );
      shutdown.dispose();
      const { worstExitCode } = await import("../failure/failure.ts");
      this.endWith(worstExitCode(exitCodes));
      return toResult(results, settings.strategy);
    }
    if (instance !== undefined) endWithParent();
    const { runConsumer } = await import("../reservation/wiring/run-consumer.ts");
    const prefix = instance === undefined ? "" : `[${instance}] `;
    const result = await runConsumer({
      settings,
      from: flags.from as "earliest" | "latest",
      acceptLoss: flags["accept-loss"],
      untilCaughtUp: flags["until-caught-up"],
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      statsIntervalMs,
      health:
        flags["health-port"] === undefined
          ? undefined
          : { host: flags["health-host"], port: flags["health-port"] },
      signal: shutdown.signal,
      print: (line) => this.print(`${prefix}${line}`),
      log: (line) => this.note(`${new Date().toISOString()} ${prefix}${shown(line)}`),
      ...(flags.verbose ? { onReserved: (order: Order) => this.print(orderLine(order)) } : {}),
    });
    shutdown.dispose();
    if (instance !== undefined) {
      reportResult(result);
      return undefined;
    }
    return toResult([result], settings.strategy);
  }
}

/** The reference system's line; an order of several lines names its first product and the pieces in all. */
function orderLine({ orderId, customerId, lines }: Order): string {
  const products = shown(lines.map((line) => line.productId).join("+"));
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const amount = lines.reduce((sum, line) => sum + Math.round(line.amount * 100), 0) / 100;
  return `✓ Order ${orderId} processed: Customer=${shown(customerId)}, Product=${products}, Qty=${pieces}, Amount=${amount.toFixed(2)}`;
}

function toResult(results: readonly ConsumerResult[], strategy: string): ConsumeResult {
  const sum = (key: "reserved" | "rejected" | "deadLettered" | "duplicates" | "acceptedLoss") =>
    results.reduce((total, result) => total + result[key], 0);
  const durationMs = Math.max(0, ...results.map((result) => result.durationMs));
  const processed = sum("reserved") + sum("rejected") + sum("deadLettered");
  return {
    topic: results[0]?.topic ?? "",
    group: results[0]?.group ?? "",
    strategy,
    processed,
    reserved: sum("reserved"),
    rejected: sum("rejected"),
    dead_lettered: sum("deadLettered"),
    duplicates: sum("duplicates"),
    caught_up: results.length > 0 && results.every((result) => result.caughtUp),
    accepted_loss_offsets: sum("acceptedLoss"),
    instances: results.length,
    duration_ms: durationMs,
    orders_per_second: durationMs === 0 ? 0 : Math.round((1_000 * processed) / durationMs),
  };
}
