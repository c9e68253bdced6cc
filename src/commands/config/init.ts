import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";

export default class ConfigInit extends OrdersCommand {
  static override summary = "Write a config file with every setting in it, commented out";
  static override examples = [
    "<%= config.bin %> config init",
    "<%= config.bin %> config init ~/.config/orders/config.toml",
  ];
  static override args = {
    path: Args.string({ description: "where to", default: "orders.toml" }),
  };
  static override flags = {
    force: Flags.boolean({ summary: "replace a file that exists", default: false }),
  };

  async run(): Promise<{ readonly path: string }> {
    const { args, flags } = await this.parse(ConfigInit);
    const { writeConfigFile } = await import("../../runtime/settings/write-config-file.ts");
    const path = writeConfigFile(args.path, flags.force);
    this.print(path);
    return { path };
  }
}
