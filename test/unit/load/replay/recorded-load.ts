import { join } from "node:path";
import { openHistory } from "../../../../src/load/history-writer.ts";
import { parseWorkload, type WorkloadText } from "../../../../src/load/parse-workload.ts";
import type { Schedule } from "../../../../src/load/schedule/schedule.ts";
import { createWorkload, type PlannedOrder } from "../../../../src/load/workload.ts";
import { historyDirectory } from "../planned-order.ts";

export interface RecordedLoad {
  readonly path: string;
  readonly orders: readonly PlannedOrder[];
}

/** The history of a load whose every third order was not answered, as if that load had run. */
export async function recordedLoad(
  schedule: Schedule,
  text: Partial<WorkloadText> = {},
  name = "recorded.ndjson",
): Promise<RecordedLoad> {
  const path = join(await historyDirectory(), name);
  const workload = createWorkload(parseWorkload({ seed: "s", runId: "recorded", ...text }));
  const writer = await openHistory(path);
  const startedAtMs = 1_000_000;
  writer.begin({ ...workload.spec, startedAtMs });
  const orders = Array.from({ length: schedule.orders }, (_, n) => {
    const order = workload.order(n);
    const dueMs = schedule.intendedMs(n);
    const number = writer.intent(order, startedAtMs + dueMs, dueMs < 0);
    const answeredAtMs = startedAtMs + dueMs + 5;
    if (n % 3 !== 0) writer.outcome(number, { state: "acked", kind: "202" }, 0, answeredAtMs);
    return order;
  });
  await writer.close();
  return { path, orders };
}
