import { type LoadFlags, loadFlags, requestText } from "../cli/load-flags.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { produceHelp } from "../cli/produce-help.ts";
import { exitCodeOf } from "../failure/failure.ts";
import type { LoadRequest } from "../load/load-request.ts";
import type { LoadJson } from "../load/show/load-json.ts";
import type { RateSearchJson } from "../load/show/rate-search-json.ts";
import type { Slice } from "../load/slice.ts";

export default class Produce extends OrdersCommand {
  static override summary = "Send random orders at a steady rate and report what became of each";

  static override description = produceHelp;

  static override examples = [
    "<%= config.bin %> <%= command.id %> --rate 1000 --duration 30s",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 1m --hot PROD007=80% --quantity 1",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 1m --customers 100000:zipf=1.1 --products all:hot=20%/80% --price 5-500:zipf=0.8 --items 3",
    "<%= config.bin %> <%= command.id %> --rate 20000 --duration 10s --target kafka --json",
    "<%= config.bin %> <%= command.id %> --rate max --slo 50ms",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 30s --target gateway --pay-share 30%",
    `<%= config.bin %> <%= command.id %> --rate 200 --duration 10s --url http://shop.test/v1/orders --body '{"sku": {{product_id}}, "qty": {{quantity}}, "ref": {{fingerprint}}}' --id-field data.id --accept 201`,
    "<%= config.bin %> <%= command.id %> --rate 200 --duration 10s --history orders.ndjson",
    "<%= config.bin %> <%= command.id %> --replay orders.ndjson --speed 2",
  ];

  static override flags = loadFlags;

  async #request(flags: LoadFlags): Promise<LoadRequest> {
    const { replay, "run-id": runId } = flags;
    if (replay !== undefined) {
      const { parseReplay } = await import("../load/replay/parse-replay.ts");
      return parseReplay({ ...flags, replay, runId });
    }
    const { parseLoadRequest } = await import("../load/load-request.ts");
    return parseLoadRequest(requestText(flags));
  }

  override async run(): Promise<LoadJson | RateSearchJson> {
    const { flags } = await this.parse(Produce);
    const { parseSearchRequest } = await import("../load/search/search-request.ts");
    const foreign = [flags.url, flags.body, flags.key, flags.header].some((each) => each);
    const search = parseSearchRequest({ ...flags, foreign });
    const request = await this.#request({ ...flags, ...search?.firstLoad });
    const { parseMeasureRequest, parseDrainTimeout } = await import("../load/measure-request.ts");
    const measuresOf = (endToEnd: boolean) =>
      parseMeasureRequest({
        failIf: flags["fail-if"] ?? [],
        linkGbps: flags["link-gbps"],
        endToEnd,
        drainTimeout: flags["drain-timeout"],
      });
    const measures = measuresOf(flags["end-to-end"]);
    const resolved = this.resolvedToChange(flags);
    const { untilStopped } = await import("../cli/until-stopped.ts");
    const { chooseTarget } = await import("../load/targets/choose-target.ts");
    const { readBodyFile } = await import("../load/wiring/read-body-file.ts");
    const body = flags.body === undefined ? undefined : await readBodyFile(flags.body);
    const targetText = { ...flags, body };
    const target = await chooseTarget(targetText, request.workload, process.env);
    if (target.warning !== undefined) this.note(`Warning: ${target.warning}`);
    // What is behind --url has a group of ours only where it is named.
    const ofOurs = flags.url === undefined || "group" in flags;
    const limits = {
      ...{ maxInFlight: flags["max-in-flight"], connectionsMax: flags.connections },
      warmStart: true,
    };
    const args = ["produce", ...this.argv];
    if (search !== undefined) {
      const { produceMax } = await import("../cli/produce-max.ts");
      const optionsOf = (endToEnd: boolean) => ({ target, ...limits, ...measuresOf(endToEnd) });
      return produceMax(this.output(), {
        ...{ search, seed: flags.seed, resolved, args, json: this.jsonEnabled() },
        requestOf: (of) => this.#request({ ...flags, ...of }),
        options: {
          // The shop's outbox is a backlog of its own: by the rows it is seen to be empty.
          step: optionsOf(flags["end-to-end"] || (search.reconcile && target.name === "gateway")),
          hold: optionsOf(flags["end-to-end"] || search.reconcile),
        },
        drainTimeoutMs: parseDrainTimeout(flags["drain-timeout"]),
        ofOurs,
        runFile: flags["run-file"],
      });
    }
    const { createLiveDisplay } = await import("../load/show/live-display.ts");
    const { loadReport } = await import("../load/show/load-report.ts");
    const { secondJson } = await import("../load/show/second-json.ts");
    const { shownJson } = await import("../failure/shown.ts");
    const { shown, terminalOf } = await import("../report/terminal.ts");
    const asLines = flags["json-lines"];
    const tell = (line: object) => void process.stdout.write(`${shownJson(line)}\n`);
    const display = this.quiet || asLines ? undefined : createLiveDisplay(process.stderr);
    const say = (line: string) => {
      display?.clear();
      this.note(line);
    };
    const { recordLoad } = await import("../cli/record-load.ts");
    const { runName } = await import("../load/runs/run-names.ts");
    const load = {
      ...{ request, resolved, args, runFile: flags["run-file"] },
      options: {
        ...{ target, ...limits, ...measures, historyFile: flags.history },
        showsLag: display !== undefined && process.stderr.isTTY && ofOurs,
        ...(flags.instances > 1 && {
          instances: {
            count: flags.instances,
            text: { request: requestText(flags), target: targetText },
          },
        }),
      },
    };
    const doing = "no more orders; waiting up to 3 s for answers, then the report";
    return untilStopped(say, doing, async (shutdown) => {
      const onSlice = (slice: Slice) => asLines && tell(secondJson(slice));
      const recorded = await recordLoad(load, shutdown, { display, say, onSlice });
      const { result, delivered, thresholds, endToEnd } = recorded.measured;
      const { json, runFile, exitCode, written } = recorded;
      const terminal = terminalOf(process.stdout, process.env);
      const run = written ? runFile && runName(runFile.name) : undefined;
      const ended = { ...json, ...(runFile && { run_file: runFile.path }) };
      if (asLines) tell({ kind: "result", ...ended });
      else
        this.print(
          loadReport(result, delivered, terminal, { exitCode, run, thresholds, endToEnd }),
        );
      // Whoever keeps the report, or throws it away, learns it all the same.
      if (delivered.exitCode === exitCodeOf.output)
        this.note(`Error: ${shown(delivered.sentence)}`);
      this.endWith(exitCode);
      return ended;
    });
  }
}
