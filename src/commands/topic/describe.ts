import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { TopicDescription } from "../../inspect/topics/describe-topic.ts";

export default class TopicDescribe extends OrdersCommand {
  static override summary = "Show a topic's partitions and the settings that are not defaults";
  static override description =
    "The sum and the worst five partitions (without a leader, behind, fullest), or --all. Leader, replicas and in-sync replicas by broker id; low and high are the first offset that still exists and the next one to be written.";
  static override examples = [
    "<%= config.bin %> topic describe",
    "<%= config.bin %> topic describe orders-dlq",
    "<%= config.bin %> topic describe orders-placed --json | jq '.partitions[] | select(.leader == null)'",
  ];
  static override args = {
    topic: Args.string({ description: "the topic; without it the one that orders are placed on" }),
  };
  static override flags = {
    all: Flags.boolean({
      summary: "every partition, not the sum and the worst five (--json always has all)",
      default: false,
    }),
    ...settingFlags("topic", ...kafkaFlags),
  };

  async run(): Promise<TopicDescription> {
    const { args, flags } = await this.parse(TopicDescribe);
    const { describeTopic } = await import("../../inspect/topics/describe-topic.ts");
    const { topicText } = await import("../../inspect/topics/show/topics.ts");
    const settings = this.resolved(flags).values;
    const description = await describeTopic(settings, args.topic ?? settings.topic);
    this.print(topicText(description, { width: process.stdout.columns, all: flags.all }));
    return description;
  }
}
