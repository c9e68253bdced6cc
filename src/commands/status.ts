import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { exitCodeOf } from "../failure/failure.ts";
import type { StackStatus } from "../ports/stack-status.ts";

export default class Status extends OrdersCommand {
  static override summary = "Show a stack: processes, topics, lag, rows";
  static override description = "Exit code 0 when everything runs, is ready and answers, else 4.";
  static override examples = [
    { description: "What runs, and how well", command: "<%= config.bin %> status" },
    {
      description: "Point another program of this shell at the stack (prints the password)",
      command: 'eval "$(<%= config.bin %> status --env)"',
    },
  ];
  static override flags = {
    env: Flags.boolean({
      summary: "print KAFKA_BROKERS, DATABASE_URL and so on as lines to eval",
      default: false,
      exclusive: ["json"],
    }),
  };

  async run(): Promise<StackStatus | undefined> {
    const { flags } = await this.parse(Status);
    const stack = this.stackName(flags);
    if (flags.env) {
      const { stackEnvironment } = await import("../runtime/stack/stack-environment.ts");
      this.print(stackEnvironment(stack));
      return undefined;
    }
    const { readStatus } = await import("../runtime/pipeline/status.ts");
    const { statusText } = await import("../report/stack-status.ts");
    const status = await readStatus(stack);
    this.print(statusText(status));
    if (!status.healthy) this.endWith(exitCodeOf.environment);
    return status;
  }
}
