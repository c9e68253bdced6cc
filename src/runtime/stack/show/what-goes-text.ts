import { bytes, count } from "../../../report/figures.ts";
import type { StackStatus } from "../stack-status.ts";

/** Pure: one line for each kind of thing that `down --volumes` removes. */
export function whatGoesText({
  status,
  bytes: size,
  directory,
}: {
  readonly status: StackStatus;
  readonly bytes: number | undefined;
  readonly directory: string;
}): readonly string[] {
  const { kafka, database, processes } = status;
  const running = processes.filter(({ pid }) => pid !== null).map(({ name }) => name);
  const rows = database?.rows.map(
    ({ table, rows: found, estimated }) =>
      `${estimated ? "about " : ""}${count(found)} in ${table}`,
  );
  const messages = kafka?.topics.reduce((sum, topic) => sum + topic.messages, 0) ?? 0;
  const items: string[] = [];
  if (running.length > 0) items.push(`running: ${running.join(", ")}`);
  if (rows !== undefined && database?.problem === null)
    items.push(`rows of ${database.address}: ${rows.join(", ") || "none"}`);
  if (kafka?.problem === null) {
    const names = kafka.topics.map(({ topic }) => topic).join(", ");
    items.push(
      `${kafka.topics.length} topics with ${count(messages)} messages at ${kafka.brokers}: ${names}`,
    );
  }
  if (status.engine !== null && items.length === 0)
    items.push(
      "orders, stock and messages of a stack that is stopped: how many, nobody can say now",
    );
  items.push(
    size === undefined ? `${directory}, and Docker's volumes` : `${bytes(size)} in ${directory}`,
  );
  return items;
}
