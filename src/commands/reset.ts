import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { settingFlags } from "../cli/setting-flags.ts";
import type { ResetResult } from "../runtime/reset/reset-pipeline.ts";

export default class Reset extends OrdersCommand {
  static override summary = "Empty the orders, restore the stock, begin a new epoch";
  static override description =
    "Removes all orders and dead letters, makes reserved pieces available again (each product with its movement) and begins a new epoch, from which audits count; all in one transaction, and running consumers may stay. The log in Kafka stays as it is, and so do the consumers' positions in it. Refuses while a consumer is behind, unless --force.";
  static override examples = ["<%= config.bin %> reset", "<%= config.bin %> reset --force --json"];
  static override flags = {
    force: Flags.boolean({
      summary: "even while a consumer is behind; its undecided orders go to the new epoch",
      default: false,
    }),
    "i-own-this": Flags.boolean({
      summary: "needed for services that `orders up` did not start",
      default: false,
    }),
    ...settingFlags(
      "brokers",
      "topic",
      "group",
      "databaseUrl",
      "connectTimeoutMs",
      "requestTimeoutMs",
      "statementTimeoutMs",
      "lockTimeoutMs",
    ),
  };

  async run(): Promise<ResetResult> {
    const { flags } = await this.parse(Reset);
    const { resetStack } = await import("../runtime/reset/reset-stack.ts");
    const { resetText } = await import("../report/reset-text.ts");
    const result = await resetStack(this.stackName(flags), this.resolved(flags).values, {
      force: flags.force,
      iOwnThis: flags["i-own-this"],
    });
    this.print(resetText(result));
    return result;
  }
}
