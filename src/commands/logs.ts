import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { demandEnd, followFlag } from "../cli/follow-flag.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { knownServices } from "../runtime/stack/services/services.ts";
import type { LogLine } from "../runtime/stack/show/log-line-text.ts";

export default class Logs extends OrdersCommand {
  static override summary = "Show the logs of a stack";
  static override description =
    "Each log is capped at 10 MiB and rotated; two older copies are kept beside it. Without a service: all of them, each line with its service's name.";
  static override examples = [
    { description: "The last lines of everything", command: "<%= config.bin %> logs" },
    { description: "Follow the consumers", command: "<%= config.bin %> logs consumer -f" },
    { description: "The broker's last 200 lines", command: "<%= config.bin %> logs kafka -n 200" },
  ];
  static override args = {
    service: Args.string({
      description: `${knownServices
        .map(({ stage, name }) => (stage === "engine" ? name : `${name}, ${name}-1`))
        .join(", ")}, …, supervisor`,
    }),
  };
  static override flags = {
    follow: followFlag("go on with new lines until Ctrl-C"),
    lines: Flags.integer({
      char: "n",
      summary: "how many of the last lines, for each service",
      default: 20,
      min: 0,
      max: 100_000,
    }),
  };

  async run(): Promise<{ readonly lines: readonly LogLine[] }> {
    const { args, flags } = await this.parse(Logs);
    demandEnd(flags.follow, this.jsonEnabled());
    const { readLogs } = await import("../runtime/stack/read-logs.ts");
    const { logLineText } = await import("../runtime/stack/show/log-line-text.ts");
    const { untilLeft } = await import("../cli/until-stopped.ts");
    const lines: LogLine[] = [];
    const textOf = logLineText(args.service);
    await untilLeft(async (shutdown) => {
      await readLogs(
        {
          stack: this.stackName(flags),
          service: args.service,
          lines: flags.lines,
          follow: flags.follow,
          signal: shutdown.signal,
        },
        (service, line) => {
          if (this.jsonEnabled()) lines.push({ service, line });
          else this.print(textOf({ service, line }));
        },
      );
      if (!flags.follow) this.endWith(shutdown.exitCode);
    });
    return { lines };
  }
}
