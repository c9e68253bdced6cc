import { OrdersCommand } from "../cli/orders-command.ts";
import type { StackSummary } from "../runtime/stack/stack-status.ts";

export default class Ls extends OrdersCommand {
  static override summary = "List the stacks on this machine, and what is left over";
  static override description =
    "State, engine, ports, size on disk and age of every stack that `orders up` or `orders verify` made under $XDG_STATE_HOME/orders, running or not. What nobody may want any more (a verification that was killed or kept, a boot that was killed, a copied directory) is named with the command that removes it. Reads only.";
  static override examples = [
    { description: "What is there", command: "<%= config.bin %> ls" },
    {
      description: "Names of the stacks that run",
      command:
        "<%= config.bin %> ls --json | jq -r '.stacks[] | select(.state == \"up\") | .stack'",
    },
  ];

  async run(): Promise<{ readonly stacks: readonly StackSummary[] }> {
    await this.parse(Ls);
    const { listStacks } = await import("../runtime/stack/list-stacks.ts");
    const { stackListText } = await import("../runtime/stack/show/stack-list-text.ts");
    const stacks = await listStacks();
    this.print(stackListText(stacks, Date.now(), process.stdout.columns));
    return { stacks };
  }
}
