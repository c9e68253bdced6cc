import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { TopicRow } from "../../inspect/topics/list-topics.ts";

export default class TopicList extends OrdersCommand {
  static override summary = "List the topics with their messages, size and retention";
  static override description =
    "Messages are the offsets between the log's low and high ends (markers of transactions count too); the size is what the log takes on the brokers' disks, replicas included. What a broker does not tell is \"—\".";
  static override examples = [
    { description: "Everything but Kafka's own topics", command: "<%= config.bin %> topic list" },
    {
      description: "For a script",
      command:
        "<%= config.bin %> topic list --json | jq -r '.topics[] | [.topic, .messages] | @tsv'",
    },
  ];
  static override flags = {
    internal: Flags.boolean({ summary: "Kafka's own topics, too (__…)", default: false }),
    ...settingFlags(...kafkaFlags),
  };

  async run(): Promise<{ readonly topics: readonly TopicRow[] }> {
    const { flags } = await this.parse(TopicList);
    const { listTopics } = await import("../../inspect/topics/list-topics.ts");
    const { topicListText } = await import("../../inspect/topics/show/topics.ts");
    const topics = await listTopics(this.resolved(flags).values, { internal: flags.internal });
    this.print(topicListText(topics, process.stdout.columns));
    return { topics };
  }
}
