import { Failure } from "../../failure/failure.ts";
import { goOnAfterLoss, guardOutput } from "../../runtime/lifecycle/output/guarded-streams.ts";
import { toldFailure } from "../../runtime/lifecycle/processes/told-failure.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import { catchUnexpectedEnds, tellWithTrace } from "../../runtime/lifecycle/unexpected-end.ts";
import { parseLoadRequest } from "../load-request.ts";
import type { Moment } from "../machine-clock.ts";
import { chooseTarget } from "../targets/choose-target.ts";
import type { FromInstance, InstanceOrders, ToInstance } from "./instance-messages.ts";
import { createLoad } from "./produce-load.ts";

catchUnexpectedEnds(tellWithTrace);

const stopWithinMs = 60_000;
const exitCodeOfStop = 143;

if (process.send === undefined) {
  process.stderr.write("This is an instance of `orders produce --instances`, which starts it.\n");
  process.exit(2);
}
guardOutput();
goOnAfterLoss();

const stop = new AbortController();
let start: (moment: Moment | undefined) => void = () => {};
const started = new Promise<Moment | undefined>((resolve) => {
  start = resolve;
});

// A terminal's Ctrl-C is the parent's to understand; it passes on what it means.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {
  stop.abort();
  start(undefined);
});
// Gone, even by kill -9, or forced to end: nobody counts what would come. What was committed to the
// history is with the kernel.
process.once("disconnect", () => process.exit(exitCodeOfStop));
process.on("message", (message) => {
  const told = message as ToInstance;
  if ("start" in told) start(told.start);
  else void work(told.orders);
});
tell({ ready: true });

/** One of the processes of `orders produce --instances`: the load of one process, but for its share. */
async function work(orders: InstanceOrders): Promise<void> {
  try {
    const { text, part, settings, ...options } = orders;
    const request = parseLoadRequest(text.request);
    const target = await chooseTarget(text.target, request.workload, process.env);
    const load = createLoad(
      request,
      { ...options, target },
      settings,
      {
        signal: stop.signal,
        onProgress: (progress) => tell({ progress }),
        onSlice: (slice) => tell({ slice }),
      },
      {
        part,
        start(prepared) {
          tell({ prepared });
          return started;
        },
      },
    );
    await runUntil(load, { stopWithinMs, done: () => load.finished });
    const { result } = await load.finished;
    tell({ result }, () => process.exit(0));
  } catch (error) {
    if (error instanceof Failure) {
      tell({ failure: toldFailure(error) }, () => process.exit(error.exitCode));
      return;
    }
    // What hinders the preparation is the stop itself.
    if (stop.signal.aborted) process.exit(exitCodeOfStop);
    throw error;
  }
}

function tell(message: FromInstance, then: () => void = () => {}): void {
  process.send?.(message, then);
}
