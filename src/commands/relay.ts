import * as Flags from "@oclif/core/flags";
import { healthAddress, healthFlags } from "../cli/health-flags.ts";
import { instancesFlag } from "../cli/instances-flag.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import type { RelayCounts } from "../shop/relay/relay-counts.ts";

interface RelayResult {
  readonly topic: string;
  readonly published: number;
  readonly found: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly parked: number;
  readonly instances: number;
  readonly duration_ms: number;
}

export default class Relay extends OrdersCommand {
  static override summary = "Publish the shop's outbox to Kafka, and place its orders";
  static override description =
    "An event is marked SENT after all in-sync replicas have acknowledged it, so none is lost; one that is sent again after a crash carries the same event-id. An event waits until every earlier one of its order is SENT: order per order id holds with any number of relays. An event that Kafka refuses for what it is (too large) is tried again later and later, then PARKED with its reason, and holds back its order's later ones (`orders outbox list`). With the event of a created order goes the order itself, to the topic where `orders consume` reserves stock; it is SENT when Kafka has both (--no-place-orders: the event alone). Relays share the outbox; one that dies is replaced within five seconds, and what it sent and did not mark is looked for at the end of the topics, so that it is rarely sent twice (`found` counts what was there). Ctrl-C or SIGTERM finishes what is in hand and exits 0.";
  static override examples = [
    { description: "Publish beside the running stack", command: "<%= config.bin %> relay" },
    { description: "Two processes", command: "<%= config.bin %> relay --instances 2" },
  ];
  static override flags = {
    instances: instancesFlag("processes, each with its share of the outbox"),
    "place-orders": Flags.boolean({
      summary: "place created orders on --topic, for the reservation",
      default: true,
      allowNo: true,
    }),
    "keep-sent": Flags.string({
      summary: "how long events that were sent stay in the outbox",
      default: "1h",
      helpValue: "TIME",
    }),
    ...healthFlags,
    ...settingFlags(
      "eventsTopic",
      "topic",
      "brokers",
      "databaseUrl",
      "compression",
      "connectTimeoutMs",
      "requestTimeoutMs",
      "poolSize",
      "statementTimeoutMs",
      "lockTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<RelayResult | undefined> {
    const { flags } = await this.parse(Relay);
    const { parseDuration } = await import("../ports/duration.ts");
    const { runService } = await import("../cli/run-service.ts");
    const settings = this.resolved(flags).values;
    const limits = { minMs: 0, maxMs: 30 * 86_400_000 };
    const keepSentMs = parseDuration(flags["keep-sent"], "--keep-sent", limits);
    const startedAtMs = performance.now();
    const results = await runService(this.output(), {
      instances: flags.instances,
      doing: "finishing what is in hand",
      stopWithinMs: settings.requestTimeoutMs + 5_000,
      async run({ signal, log, print }) {
        const { runRelay } = await import("../shop/wiring/run-relay.ts");
        const health = healthAddress(flags);
        const placeOrders = flags["place-orders"];
        const options = { settings, keepSentMs, placeOrders, signal, log, health };
        const counts = await runRelay(options);
        const { published, found, duplicates, parked } = counts;
        print(
          `published ${published} events, ${found} found in the log, ${duplicates} of others again, ${parked} parked`,
        );
        return counts;
      },
    });
    if (results === undefined) return undefined;
    const sum = (key: keyof RelayCounts) => results.reduce((all, counts) => all + counts[key], 0);
    return {
      topic: settings.eventsTopic,
      published: sum("published"),
      found: sum("found"),
      duplicates: sum("duplicates"),
      refused: sum("refused"),
      parked: sum("parked"),
      instances: results.length,
      duration_ms: Math.round(performance.now() - startedAtMs),
    };
  }
}
