import { killGroup } from "./end-process.ts";
import { findMarkedProcesses } from "./marked-processes.ts";
import { isRunning } from "./process-identity.ts";
import type { ChildRecord } from "./supervisor-files.ts";

/**
 * What a new supervisor takes over from a former one: its records, made true. A child that was
 * spawned but not recorded is found by its marks; a second one of the same name is killed, since
 * it would stand in the way of the one to be started.
 */
export function adoptChildren(
  stackDirectory: string,
  records: readonly ChildRecord[],
  say: (line: string) => void,
): readonly ChildRecord[] {
  const marked = findMarkedProcesses(stackDirectory).filter(
    ({ leader, service }) => leader && service !== "supervisor",
  );
  const adopted = records.map((record) => {
    if (record.identity !== undefined || record.status !== "starting") return record;
    const found = marked.find(({ service }) => service === record.name);
    if (found === undefined) return { ...record, status: "waiting" as const };
    return { ...record, status: "running" as const, identity: found.identity };
  });
  const pids = new Set(adopted.map(({ identity }) => identity?.pid));
  for (const { identity, service } of marked) {
    // A name without a record is not a child: a step of an `orders up` that is at work.
    if (pids.has(identity.pid) || !adopted.some(({ name }) => name === service)) continue;
    say(`killing a second ${service} (PID ${identity.pid})`);
    killGroup(identity);
  }
  for (const { name, identity } of adopted) {
    if (identity !== undefined && isRunning(identity)) say(`adopted ${name} (PID ${identity.pid})`);
  }
  return adopted;
}
