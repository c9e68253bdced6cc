import { shown } from "../../failure/shown.ts";
import { machineClockMs } from "../../load/machine-clock.ts";
import { runConsumer } from "../../reservation/wiring/run-consumer.ts";
import { goOnAfterLoss, guardOutput } from "../../runtime/lifecycle/output/guarded-streams.ts";
import { endWithParent } from "../../runtime/lifecycle/processes/as-instance.ts";
import { listenForShutdown } from "../../runtime/lifecycle/shutdown.ts";
import { catchUnexpectedEnds, tellWithTrace } from "../../runtime/lifecycle/unexpected-end.ts";
import { benchOrderNumber } from "../figures/bench-orders.ts";
import { CommitNotes } from "./commit-notes.ts";
import { isReportRequest, type StartRequest } from "./steady-consumer.ts";

catchUnexpectedEnds(tellWithTrace);

/**
 * The consumer's process of `orders bench steady`: what `orders consume` runs, with a note of when
 * each order's transaction had committed. Notes are handed over on request, so that handing them
 * over does not disturb what is measured. Started by steady-consumer.ts, with the settings as the
 * first message; ends at SIGTERM, and with its parent.
 */
async function main({ settings, startMs }: StartRequest): Promise<void> {
  endWithParent();
  const shutdown = listenForShutdown(() => {}, "stopping");
  const notes = new CommitNotes();
  process.on("message", (message) => {
    if (isReportRequest(message)) process.send?.(notes.take());
  });
  await runConsumer({
    settings,
    ...{ from: "earliest", acceptLoss: false, untilCaughtUp: false, statsIntervalMs: 3_600_000 },
    health: undefined,
    signal: shutdown.signal,
    print: () => {},
    log: (line) => process.stderr.write(`${shown(line)}\n`),
    onReserved({ orderId }) {
      notes.add(benchOrderNumber(orderId, startMs), machineClockMs());
    },
  });
}

if (process.send === undefined) {
  process.stderr.write("This is the consumer of `orders bench steady`, which starts it.\n");
  process.exit(2);
}
guardOutput();
goOnAfterLoss();
process.once("message", (request) => {
  main(request as StartRequest).then(
    () => process.exit(0),
    (error: unknown) => process.exit(tellWithTrace(error)),
  );
});
