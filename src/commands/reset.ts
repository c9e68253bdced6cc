import * as Flags from "@oclif/core/flags";
import { OrdersCommand, yesFlag } from "../cli/orders-command.ts";
import { settingFlags } from "../cli/setting-flags.ts";
import type { ResetResult } from "../stock/reset/reset-pipeline.ts";

export default class Reset extends OrdersCommand {
  static override summary = "Empty the orders, restore the stock, begin a new epoch";
  static override description =
    "Removes all orders and dead letters, restores the stock that the products were seeded with (each with its movement; products that were not seeded keep their total) and begins a new epoch, from which audits count; all in one transaction, and running consumers may stay. The log in Kafka stays as it is, and so do the consumers' positions in it. Refuses while a consumer is behind, unless --force. Says what will go and asks first; in a script, --yes is needed.";
  static override examples = [
    "<%= config.bin %> reset",
    {
      description: "Keep what `stock set` and `stock add` made of the stock",
      command: "<%= config.bin %> reset --keep-stock",
    },
    { description: "In a script", command: "<%= config.bin %> reset --yes --force --json" },
  ];
  static override flags = {
    yes: yesFlag,
    "keep-stock": Flags.boolean({
      summary: "keep each product's total; only what was reserved is available again",
      default: false,
    }),
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
    const { resetStack } = await import("../stock/reset/reset-stack.ts");
    const { resetLoss, resetText } = await import("../stock/reset/show/reset-text.ts");
    const { "keep-stock": keepStock, "i-own-this": iOwnThis, force, yes } = flags;
    const result = await resetStack(
      this.stackName(flags),
      this.resolvedToChange(flags).values,
      { force, iOwnThis, keepStock },
      (preview) =>
        this.demandConsent(yes, {
          command: "reset",
          what: "empties the orders and begins a new epoch",
          items: resetLoss({ ...preview, keepStock }),
        }),
    );
    this.print(resetText(result));
    return result;
  }
}
