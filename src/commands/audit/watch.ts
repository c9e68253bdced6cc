import * as Flags from "@oclif/core/flags";
import type { WatchJson } from "../../audit/show/watch-json.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { recordFlags } from "../../cli/run-record-flags.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditWatch extends OrdersCommand {
  static override summary = "Hold stock and orders against each other while a load runs";
  static override description =
    `Takes one snapshot after the other and holds the law of conservation against each: available +
reserved = total, reserved = the pieces of reserved order lines, never oversold, nothing below
zero, the total = the sum of its movements. The first snapshot that breaks it ends the watch, with
the time and the orders that were written since the last good one. Changes nothing.

Large tables are not counted anew each time: sums of old blocks are kept, and what was written
lately is added. A break is only reported after everything was counted in the same snapshot.
Everything is also counted now and then, as far as --max-core has room, and at the end. --max-core
is kept by stretching the interval: it counts this process and the server's time for it.

The verdict is consistent (exit 0), violated (1), or inconclusive (3): nothing moved, or the
database could not be asked at the end. Ctrl-C ends it with the verdict so far.`;
  static override examples = [
    "<%= config.bin %> audit watch",
    {
      description: "Beside a load, for two minutes",
      command: "<%= config.bin %> audit watch --interval 500ms --duration 2m",
    },
    {
      description: "For a script: a JSON document for each snapshot, the verdict in the last",
      command: "<%= config.bin %> audit watch --duration 1m --json-lines | tail -1 | jq .verdict",
    },
  ];
  static override flags = {
    interval: Flags.string({
      summary: "from one snapshot to the next",
      default: "1s",
      helpValue: "TIME",
    }),
    duration: Flags.string({
      summary: "how long to watch [default: until Ctrl-C]",
      helpValue: "TIME",
    }),
    "max-core": Flags.string({
      summary: "share of a core that it may use, the server's time for it included",
      default: "0.1",
      helpValue: "N",
    }),
    "json-lines": Flags.boolean({
      summary: "a JSON document for each snapshot, and the verdict in the last line",
      default: false,
      exclusive: ["json"],
    }),
    ...recordFlags,
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<WatchJson | undefined> {
    const { flags } = await this.parse(AuditWatch);
    const { parseDuration } = await import("../../ports/duration.ts");
    const { shownJson } = await import("../../failure/shown.ts");
    const { writeLine } = await import("../../report/write-line.ts");
    const { startWatch } = await import("../../audit/wiring/start-watch.ts");
    const { snapshotJson, watchJson } = await import("../../audit/show/watch-json.ts");
    const { watchLine, watchReport, watchText } = await import("../../audit/show/watch-text.ts");
    const { liveLine } = await import("../../cli/live-line.ts");
    const { parseShare } = await import("../../cli/parse-share.ts");
    const { runRecorded } = await import("../../cli/run-recorded.ts");
    const limits = { minMs: 100, maxMs: 86_400_000 };
    const options = {
      intervalMs: parseDuration(flags.interval, "--interval", { ...limits, maxMs: 3_600_000 }),
      durationMs:
        flags.duration === undefined
          ? undefined
          : parseDuration(flags.duration, "--duration", limits),
      coreMax: parseShare(flags["max-core"], "--max-core"),
    };
    const lines = flags["json-lines"];
    const settings = this.resolvedToRead(flags).values;
    const live = liveLine(this.quiet || this.jsonEnabled() || lines);
    return runRecorded(
      this.output(),
      { ...flags, details: true },
      {
        title: "orders audit watch",
        doing: "counting once more",
        run: (signal) =>
          startWatch(settings, {
            ...options,
            signal,
            onSnapshot: (watched) =>
              lines
                ? writeLine(process.stdout, shownJson(snapshotJson(watched)))
                : live.show(watchLine(watched)),
            onTrouble: (error) => {
              live.clear();
              this.note(`${error.message}; trying again`);
            },
          }).finally(() => live.clear()),
        json: watchJson,
        text: (watch, terminal, _details, end) =>
          lines && end !== undefined
            ? shownJson({ event: "verdict", ...watchJson(watch) })
            : watchText(watch, terminal, end?.unwritten),
        report: watchReport,
      },
    );
  }
}
