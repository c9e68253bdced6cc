import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { exitCodeOf } from "../failure/failure.ts";
import { shownLines } from "../failure/shown.ts";
import type { Shutdown } from "../runtime/lifecycle/shutdown.ts";
import type { StackStatus } from "../runtime/stack/stack-status.ts";

export default class Status extends OrdersCommand {
  static override summary = "Show a stack: processes, topics, lag, rows";
  static override description =
    "Exit code 0 when everything runs, is ready and answers, else 4. A stack that is not up is said to be booting, stopped with its data kept, or never made, with the command to go on. The lag is the database's own: the log's end less the offset stored with the outcomes; Kafka's offset of the group is beside it where they differ. With the shop's tables there: what its outbox has to send, and which open transaction keeps its dead rows. `orders ls` lists all stacks.";
  static override examples = [
    { description: "What runs, and how well", command: "<%= config.bin %> status" },
    {
      description: "Wait until a boot in another terminal is done",
      command: "<%= config.bin %> status --wait --timeout 2m",
    },
    { description: "Until Ctrl-C", command: "<%= config.bin %> status --watch" },
    {
      description: "Point another program of this shell at the stack (prints the password)",
      command: 'eval "$(<%= config.bin %> status --env)"',
    },
  ];
  static override flags = {
    env: Flags.boolean({
      summary: "print KAFKA_BROKERS, DATABASE_URL and so on as lines to eval",
      default: false,
      exclusive: ["json", "watch"],
    }),
    wait: Flags.boolean({
      summary: "wait until everything is ready, exit 4 if it is not within --timeout",
      default: false,
      exclusive: ["watch"],
    }),
    timeout: Flags.string({
      summary: "longest wait of --wait",
      default: "2m",
      helpValue: "TIME",
    }),
    watch: Flags.boolean({
      char: "w",
      summary: "go on until Ctrl-C: redraws on a terminal, a line each time elsewhere",
      default: false,
    }),
    interval: Flags.string({
      summary: "time between two looks of --watch",
      default: "2s",
      helpValue: "TIME",
    }),
  };

  async run(): Promise<StackStatus | undefined> {
    const { flags } = await this.parse(Status);
    const stack = this.stackName(flags);
    const { parseDuration } = await import("../ports/duration.ts");
    const longest = { minMs: 0, maxMs: 24 * 3_600_000 };
    const timeoutMs = parseDuration(flags.timeout, "--timeout", longest);
    const intervalMs = parseDuration(flags.interval, "--interval", { ...longest, minMs: 100 });
    const { untilLeft } = await import("../cli/until-stopped.ts");
    return untilLeft(async (shutdown) => {
      if (flags.watch) return this.#watch(stack, intervalMs, shutdown);
      const status = flags.wait
        ? await this.#wait(stack, timeoutMs, shutdown)
        : await this.#read(stack, flags.env);
      if (flags.env) {
        const { stackEnvironment } = await import("../runtime/stack/stack-environment.ts");
        this.print(stackEnvironment(stack));
      } else if (status !== undefined) {
        const { statusText } = await import("../runtime/stack/show/stack-status.ts");
        this.print(statusText(status));
      }
      if (status?.healthy === false) this.endWith(shutdown.exitCode || exitCodeOf.environment);
      return status;
    });
  }

  /** Addresses are known without asking anybody. */
  async #read(stack: string, env: boolean): Promise<StackStatus | undefined> {
    if (env) return undefined;
    const { readStatus } = await import("../runtime/stack/status.ts");
    return readStatus(stack);
  }

  /** What it waits for goes to stderr, a line each time that it changes. */
  async #wait(stack: string, timeoutMs: number, { signal }: Shutdown): Promise<StackStatus> {
    const { waitUntilReady } = await import("../runtime/stack/watch-status.ts");
    const { statusLine } = await import("../runtime/stack/show/stack-status.ts");
    let told: string | undefined;
    return waitUntilReady(stack, { timeoutMs, signal }, (status) => {
      const line = statusLine(status, "waiting:");
      if (line !== told) process.stderr.write(`${shownLines(line)}\n`);
      told = line;
    });
  }

  async #watch(stack: string, intervalMs: number, { signal }: Shutdown): Promise<undefined> {
    const { watchStatus } = await import("../runtime/stack/watch-status.ts");
    const { statusLine, statusText } = await import("../runtime/stack/show/stack-status.ts");
    const { liveView } = await import("../cli/live-view.ts");
    const show = liveView<StackStatus>(this.jsonEnabled(), {
      line: (status) => statusLine(status, new Date().toISOString()),
      screen: (status) => statusText(status),
    });
    await watchStatus(stack, { intervalMs, signal }, show);
    return undefined;
  }
}
