import * as Flags from "@oclif/core/flags";
import { OrdersCommand, yesFlag } from "../cli/orders-command.ts";
import { shown } from "../report/terminal.ts";
import type { TakenDown } from "../runtime/stack/take-down.ts";

export default class Down extends OrdersCommand {
  static override summary = "Stop what `orders up` started; the data stays unless --volumes";
  static override description =
    "Works from any directory, after a reboot, and whatever was killed before. Nothing to stop is no error. --volumes says what will go and asks first; in a script, --yes is needed.";
  static override examples = [
    { description: "Stop, keep the data", command: "<%= config.bin %> down" },
    { description: "Stop and remove the data", command: "<%= config.bin %> down --volumes" },
    { description: "The same in a script", command: "<%= config.bin %> down --volumes --yes" },
  ];
  static override flags = {
    volumes: Flags.boolean({ summary: "also remove the data", default: false }),
    yes: yesFlag,
    forget: Flags.boolean({
      summary: "on the external engine: leave no trace of the stack here; the data there stays",
      default: false,
      exclusive: ["volumes"],
    }),
    "i-own-this": Flags.boolean({
      summary:
        "with --volumes on the external engine: remove the pipeline's tables and topics there",
      default: false,
    }),
  };

  async run(): Promise<TakenDown> {
    const { flags } = await this.parse(Down);
    const { mayTakeDown, takeDown } = await import("../runtime/stack/take-down.ts");
    const { volumes, forget, "i-own-this": iOwnThis } = flags;
    const stack = this.stackName(flags);
    const options = { stack, volumes, iOwnThis, forget };
    if (mayTakeDown(options) && volumes) {
      const { whatGoes } = await import("../runtime/stack/what-goes.ts");
      const { whatGoesText } = await import("../runtime/stack/show/what-goes-text.ts");
      await this.demandConsent(flags.yes, {
        command: `down --volumes --stack ${stack}`,
        what: `stops the stack ${stack} and removes its data`,
        items: whatGoesText(await whatGoes(stack)),
      });
    }
    const result = await takeDown(options, (doing) => this.note(doing));
    const { stopped, data_removed, left } = result;
    this.print(
      stopped.length === 0
        ? `Nothing of the stack ${stack} was running.`
        : `Stopped ${stopped.join(", ")}.`,
    );
    if (data_removed) this.print("The data is removed.");
    if (left.length > 0) this.note(leftText(stack, left));
    return result;
  }
}

function leftText(stack: string, left: readonly string[]): string {
  return shown(`Not made by orders, so it stays in the directory of ${stack}: ${left.join(", ")}`);
}
