import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { pipelineFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { GroupReport } from "../../inspect/topics/describe-group.ts";

export default class GroupDescribe extends OrdersCommand {
  static override summary = "Show a consumer group: state, members, offsets, lag";
  static override description =
    'As Kafka sees it: offsets as committed to Kafka, lag in messages, "—" where nothing was committed or the topic is gone. The sum and the worst five partitions, or --all. Groups of every kind: classic, consumer (KIP-848), share, streams. Members that write to another database than the one that is configured here, or are no orders consumers, are named. `orders lag` shows the offsets in the database beside them, and rates. Exit code 4 for a group that Kafka does not know.';
  static override examples = [
    { description: "The consumers of orders", command: "<%= config.bin %> group describe" },
    {
      description: "Who reads partition 7",
      command:
        "<%= config.bin %> group describe my-group --json | jq '.offsets[] | select(.partition == 7)'",
    },
  ];
  static override args = {
    group: Args.string({
      description: "the group; without it the one that `orders consume` joins",
    }),
  };
  static override flags = {
    all: Flags.boolean({
      summary: "every partition, not the sum and the worst five (--json always has all)",
      default: false,
    }),
    ...settingFlags("group", ...pipelineFlags),
  };

  async run(): Promise<GroupReport> {
    const { args, flags } = await this.parse(GroupDescribe);
    const { describeGroup } = await import("../../inspect/topics/describe-group.ts");
    const { groupText } = await import("../../inspect/topics/show/group.ts");
    const settings = this.resolved(flags).values;
    const report = await describeGroup(settings, args.group ?? settings.group);
    this.print(groupText(report, { width: process.stdout.columns, all: flags.all }));
    return report;
  }
}
