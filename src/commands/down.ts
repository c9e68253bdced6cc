import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import type { TakenDown } from "../runtime/pipeline/take-down.ts";

export default class Down extends OrdersCommand {
  static override summary = "Stop what `orders up` started; the data stays unless --volumes";
  static override description =
    "Works from any directory, after a reboot, and whatever was killed before. Nothing to stop is no error.";
  static override examples = [
    { description: "Stop, keep the data", command: "<%= config.bin %> down" },
    { description: "Stop and remove the data", command: "<%= config.bin %> down --volumes" },
  ];
  static override flags = {
    volumes: Flags.boolean({ summary: "also remove the data", default: false }),
    "i-own-this": Flags.boolean({
      summary:
        "with --volumes on the external engine: remove the pipeline's tables and topics there",
      default: false,
    }),
  };

  async run(): Promise<TakenDown> {
    const { flags } = await this.parse(Down);
    const { takeDown } = await import("../runtime/pipeline/take-down.ts");
    const { volumes, "i-own-this": iOwnThis } = flags;
    const stack = this.stackName(flags);
    const result = await takeDown({ stack, volumes, iOwnThis }, (doing) => this.note(doing));
    const { stopped, data_removed } = result;
    this.print(
      stopped.length === 0
        ? `Nothing of the stack ${stack} was running.`
        : `Stopped ${stopped.join(", ")}.`,
    );
    if (data_removed) this.print("The data is removed.");
    return result;
  }
}
