import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { shown } from "../failure/shown.ts";
import { padEnd, widthOf } from "../report/width.ts";
import { knownServices } from "../runtime/stack/services/services.ts";

interface LogLine {
  readonly service: string;
  readonly line: string;
}

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
    follow: Flags.boolean({
      char: "f",
      summary: "go on with new lines until Ctrl-C",
      default: false,
    }),
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
    const { Failure } = await import("../failure/failure.ts");
    if (flags.follow && this.jsonEnabled()) {
      throw new Failure("usage", {
        what: "--follow has no end, --json prints one result at the end",
        remedy: "use one of them",
      });
    }
    const { readLogs } = await import("../runtime/stack/read-logs.ts");
    const { listenForShutdown } = await import("../runtime/lifecycle/shutdown.ts");
    const { whenStdoutLost } = await import("../runtime/lifecycle/output/guarded-streams.ts");
    const shutdown = listenForShutdown(() => {}, "ending", whenStdoutLost);
    const lines: LogLine[] = [];
    // What is told before all names are known is short: the widest name is a guess at first.
    let width = "consumer-1".length;
    await readLogs(
      {
        stack: this.stackName(flags),
        service: args.service,
        lines: flags.lines,
        follow: flags.follow,
        signal: shutdown.signal,
      },
      (service, line) => {
        if (this.jsonEnabled()) {
          lines.push({ service, line });
          return;
        }
        // In a pipe and a file, too: it ends on some terminal. --json has what really stands there.
        const [name, text] = [shown(service), shown(line.replaceAll("\t", "    "))];
        width = Math.max(width, widthOf(name));
        this.print(args.service === service ? text : `${padEnd(name, width)} | ${text}`);
      },
    );
    shutdown.dispose();
    if (!flags.follow) this.endWith(shutdown.exitCode);
    return { lines };
  }
}
