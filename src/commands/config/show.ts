import { OrdersCommand } from "../../cli/orders-command.ts";
import { settingFlags } from "../../cli/setting-flags.ts";
import { type SettingKey, settingSpecs } from "../../runtime/settings/settings.ts";
import type { ShownSetting } from "../../runtime/settings/show-settings.ts";

interface ShownConfig {
  /** Path of the config file in force; null when there is none. */
  readonly config_file: string | null;
  readonly settings: readonly ShownSetting[];
}

export default class ConfigShow extends OrdersCommand {
  static override summary = "Show every setting, its value and where that came from";
  static override description =
    "Flags beat the environment, the environment beats the config file, that beats the running stack, and that beats the defaults. Secrets are shown as ****.";
  static override examples = [
    "<%= config.bin %> config show",
    "KAFKA_BROKERS=kafka:9092 <%= config.bin %> config show --batch 500",
    `<%= config.bin %> config show --json | jq '.settings[] | select(.source == "environment")'`,
  ];
  static override flags = settingFlags(...(Object.keys(settingSpecs) as SettingKey[]));

  async run(): Promise<ShownConfig> {
    const { flags } = await this.parse(ConfigShow);
    const { showSettings } = await import("../../runtime/settings/show-settings.ts");
    const { settingsTable } = await import("../../cli/settings-table.ts");
    const settings = showSettings(this.resolved(flags));
    const path = this.configFile(flags)?.path ?? null;
    this.note(path === null ? "no config file" : `config file: ${path}`);
    this.print(settingsTable(settings, process.stdout.columns));
    return { config_file: path, settings };
  }
}
