import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { pipelineFlags, settingFlags } from "../cli/setting-flags.ts";
import type { LagReport } from "../inspect/lag/watch-lag.ts";

export default class Lag extends OrdersCommand {
  static override summary = "Show how far the consumers are behind, and how fast they catch up";
  static override description =
    `In sum and for the worst five partitions (--all: for each): the log's end, the group's offset in Kafka (committed once a second), the offset in the database (written with the effects: what is really decided), and the lag from each, in messages. Rates are messages a second, from two samples --interval apart; the time to drain is the lag divided by what is decided beyond what is placed. What is not known is "—", never 0; a sum of which a part is not known is "≥ N". Messages that were deleted before they were decided stay in the lag, as lost.

Says so when the group has members that write to another database, or are no orders consumers, and when Kafka's offsets of the group are ahead of the database's. Groups of every kind are read: classic, consumer (KIP-848), share and streams groups.


Works without the database and without the group; only Kafka must be there. --watch redraws on a terminal and appends a line elsewhere, until Ctrl-C (exit code 0).`;
  static override examples = [
    { description: "Once, with the rates of the last second", command: "<%= config.bin %> lag" },
    {
      description: "Until Ctrl-C, only partitions that are behind",
      command: "<%= config.bin %> lag --watch --only-with-lag",
    },
    {
      description: "One JSON document a line, for a script",
      command:
        "<%= config.bin %> lag --watch --interval 5s --json | jq -c '[.at, .total.database_lag]'",
    },
    {
      description: "Of a system that orders did not start",
      command: "<%= config.bin %> lag --brokers kafka:9092 --topic orders --group my-group",
    },
  ];
  static override flags = {
    watch: Flags.boolean({ char: "w", summary: "go on until Ctrl-C", default: false }),
    interval: Flags.string({
      summary: "time between two samples; 0s without --watch: one sample, no rates",
      default: "1s",
      helpValue: "TIME",
    }),
    all: Flags.boolean({
      summary: "every partition, not the sum and the worst five (--json always has all)",
      default: false,
    }),
    "only-with-lag": Flags.boolean({
      summary: "every partition that is behind; the sums are of all",
      default: false,
    }),
    ...settingFlags("topic", "group", ...pipelineFlags),
  };

  async run(): Promise<LagReport | undefined> {
    const { flags } = await this.parse(Lag);
    const { parseDuration } = await import("../ports/duration.ts");
    const { readLag, watchLag } = await import("../inspect/lag/watch-lag.ts");
    const { lagLine, lagText } = await import("../inspect/lag/show/lag.ts");
    const { liveView } = await import("../cli/live-view.ts");
    const { untilLeft } = await import("../cli/until-stopped.ts");
    const minMs = flags.watch ? 100 : 0;
    const intervalMs = parseDuration(flags.interval, "--interval", { minMs, maxMs: 3_600_000 });
    const settings = this.resolvedToRead(flags).values;
    const onlyWithLag = flags["only-with-lag"];
    const all = flags.all || onlyWithLag;
    return untilLeft(async (shutdown) => {
      const options = { intervalMs, onlyWithLag, signal: shutdown.signal };
      if (flags.watch) {
        const show = liveView<LagReport>(this.jsonEnabled(), {
          line: lagLine,
          screen: (report, size) => lagText(report, { ...size, all }),
        });
        const retry = (failure: Error) => this.note(`${failure.message}; trying again`);
        await watchLag(settings, options, show, retry);
        return undefined;
      }
      const report = await readLag(settings, options);
      this.print(lagText(report, { width: process.stdout.columns, all }));
      this.endWith(shutdown.exitCode);
      return report;
    });
  }
}
