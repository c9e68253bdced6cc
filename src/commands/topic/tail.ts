import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { followFlag } from "../../cli/follow-flag.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaFlags, settingFlags } from "../../cli/setting-flags.ts";
import { shownJson } from "../../failure/shown.ts";

export default class TopicTail extends OrdersCommand {
  static override summary = "Show a topic's last messages, or follow it";
  static override description =
    `The last -n messages over all partitions, in the order of their timestamps; with --from, what comes after a point: the first -n over all partitions, and that was all; or, without -n, everything, in order within each partition. Reads committed messages, compressed or not, without a consumer group: nothing stays behind in Kafka, however this ends.

A line is time, partition/offset, key, value and [headers]; control characters, and bytes that are no UTF-8, are shown as \\xNN. With --json, one document a line (NDJSON): binary keys and values in base64, as key_encoding and value_encoding say.

--grep matches the first 64 KiB of a value, as text, and gives up on a pattern that takes longer than two seconds (exit code 2). Together with -n it looks at the last million messages at most.

Ctrl-C ends -f with exit code 0.`;
  static override examples = [
    { description: "The last ten orders", command: "<%= config.bin %> topic tail" },
    {
      description: "Dead letters as they come; their reasons are in the headers",
      command: "<%= config.bin %> topic tail orders-dlq -f",
    },
    {
      description: "What one customer ordered in the last hour",
      command: "<%= config.bin %> topic tail --key CUST001 --from 1h",
    },
    {
      description: "The first five orders for a product",
      command: "<%= config.bin %> topic tail --from earliest --grep PROD007 -n 5",
    },
    {
      description: "One message",
      command: "<%= config.bin %> topic tail --partition 3 --from 4711 -n 1 --json",
    },
  ];
  static override args = {
    topic: Args.string({ description: "the topic; without it the one that orders are placed on" }),
  };
  static override flags = {
    follow: followFlag("go on with new messages until Ctrl-C"),
    lines: Flags.integer({
      char: "n",
      summary: "how many messages [default: 10; with --from, all]",
      min: 0,
      max: 100_000,
      helpValue: "N",
    }),
    from: Flags.string({
      summary: "begin here: earliest, latest, an offset, how long ago (15m), or a date and time",
      helpValue: "WHERE",
    }),
    partition: Flags.integer({ char: "p", summary: "only this partition", min: 0, helpValue: "N" }),
    key: Flags.string({ char: "k", summary: "only messages with this key", helpValue: "TEXT" }),
    grep: Flags.string({
      summary: "only messages whose value matches this regular expression",
      helpValue: "RE",
    }),
    bytes: Flags.integer({
      summary: "most bytes of a value in a line [default: 1000 on a terminal, else all]",
      min: 0,
      helpValue: "N",
    }),
    ...settingFlags("topic", ...kafkaFlags),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TopicTail);
    const { parseTailStart } = await import("../../inspect/topics/tail/tail-start.ts");
    const { tailTopic } = await import("../../inspect/topics/tail/tail-topic.ts");
    const { untilLeft } = await import("../../cli/until-stopped.ts");
    const { logMessageJson, logMessageText } = await import(
      "../../inspect/topics/show/log-message.ts"
    );
    const { writeLine } = await import("../../report/write-line.ts");
    const settings = this.resolved(flags).values;
    const topic = args.topic ?? settings.topic;
    const bytesMax = flags.bytes ?? (process.stdout.isTTY ? 1_000 : Number.POSITIVE_INFINITY);
    await untilLeft(async (shutdown) => {
      await tailTopic(settings, {
        topic,
        follow: flags.follow,
        count: flags.lines,
        start: flags.from === undefined ? undefined : parseTailStart(flags.from, Date.now()),
        partition: flags.partition,
        key: flags.key,
        grep: flags.grep,
        signal: shutdown.signal,
        onMessages: async (messages) => {
          for (const message of messages) {
            const line = this.jsonEnabled()
              ? shownJson(logMessageJson(topic, message))
              : logMessageText(message, bytesMax);
            await writeLine(process.stdout, line);
          }
        },
        onNote: (line) => this.note(line),
      });
      if (!flags.follow) this.endWith(shutdown.exitCode);
    });
  }
}
