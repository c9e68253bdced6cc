import type { ProcessStatus, StackStatus } from "../ports/stack-status.ts";
import { sumCell } from "./inspect/sum-cell.ts";
import { plainTable } from "./plain-table.ts";
import { standingLines } from "./standing.ts";
import { warningsText } from "./warnings.ts";

/** What `up` ends with: where things are and what to do next. */
export function upText(status: StackStatus): string {
  const lines = [`The stack ${status.stack} is up.`, ""];
  for (const url of status.urls.api) lines.push(`  API         ${url}/order`);
  if (status.kafka !== null) lines.push(`  Kafka       ${status.kafka.brokers}`);
  if (status.database !== null) lines.push(`  PostgreSQL  ${status.database.address}`);
  const [api] = status.urls.api;
  lines.push("");
  if (api !== undefined) {
    lines.push(
      `  Place an order   curl ${api}/order -H 'Content-Type: application/json' -d '{"customer_id":"CUST001","product_id":"PROD001","quantity":1,"amount":1299.99}'`,
    );
  }
  const stack = status.stack === "default" ? "" : ` --stack ${status.stack}`;
  lines.push(
    `  Look at it       orders status${stack}`,
    `  Use it in SQL    orders db query${stack} 'SELECT * FROM inventory'`,
    `  Point a shell    eval "$(orders status${stack} --env)"`,
    `  Stop it          orders down${stack}`,
  );
  return lines.join("\n");
}

export function statusText(status: StackStatus): string {
  if (!status.up && status.processes.length === 0) {
    return `The stack ${status.stack} is not up. \`orders up\` boots it.`;
  }
  const { kafka, database } = status;
  const sections = [
    [
      `Stack ${status.stack} on the ${status.engine} engine (${status.why})`,
      ...(status.processes.some(({ name }) => name.startsWith("consumer-"))
        ? [`Consumers reserve with the strategy ${status.strategy}.`]
        : []),
      ...(status.supervisor === null && status.processes.length > 0
        ? ["No supervisor: what dies now stays down. `orders up` starts it again."]
        : []),
    ].join("\n"),
    processTable(status.processes),
    ...reasons(status.processes),
  ];
  if (kafka !== null) {
    sections.push(
      kafka.problem === null
        ? topicsText(kafka)
        : `Kafka at ${kafka.brokers} does not answer: ${kafka.problem}`,
    );
  }
  if (database !== null) {
    const rows = database.rows.map(
      ({ table, rows: count, estimated }) => `${table} ${estimated ? "about " : ""}${count}`,
    );
    sections.push(
      database.problem === null
        ? `Rows in ${database.address}: ${rows.join(", ") || "no tables"}`
        : `PostgreSQL at ${database.address} does not answer: ${database.problem}`,
      ...standingLines(database.topic, database.standing),
    );
  }
  return sections.filter((section) => section !== "").join("\n\n");
}

function processTable(processes: readonly ProcessStatus[]): string {
  if (processes.length === 0) return "";
  return plainTable(
    [
      { name: "process" },
      { name: "state" },
      { name: "ready" },
      { name: "PID", align: "right" },
      { name: "port", align: "right" },
      { name: "uptime", align: "right" },
      { name: "restarts", align: "right" },
    ],
    processes.map((one) => [
      one.name,
      one.state,
      one.ready === null ? "" : one.ready ? "yes" : "no",
      text(one.pid),
      text(one.port),
      one.uptime_seconds === null ? "" : duration(one.uptime_seconds),
      String(one.restarts),
    ]),
    { width: process.stdout.columns },
  );
}

function reasons(processes: readonly ProcessStatus[]): readonly string[] {
  return processes.flatMap(({ name, reason }) =>
    reason === null ? [] : [`${name} ${reason.split("\n").join("\n    ")}`],
  );
}

function topicsText({
  topics,
  group,
  brokers,
  warnings,
}: NonNullable<StackStatus["kafka"]>): string {
  const table = plainTable(
    [
      { name: "topic" },
      { name: "partitions", align: "right" },
      { name: "messages", align: "right" },
    ],
    topics.map(({ topic, partitions, messages }) => [topic, String(partitions), String(messages)]),
    { width: process.stdout.columns },
  );
  const lag = group === null ? "" : `\n${groupLine(group)}`;
  const above = topics.length === 0 ? `Kafka at ${brokers}: no topics${lag}` : `${table}${lag}`;
  return warnings.length === 0
    ? above
    : `${above}\n${warningsText(warnings, process.stdout.columns)}`;
}

type GroupStatus = NonNullable<NonNullable<StackStatus["kafka"]>["group"]>;

/** The database's lag is the one that counts; Kafka's is beside it where the two differ. */
function groupLine(group: GroupStatus): string {
  const members = `${group.members} ${group.members === 1 ? "member" : "members"}`;
  const type = group.type === null || group.type === "classic" ? "" : ` (${group.type} group)`;
  const lag = sumCell(group.database_lag, group.database_lag_at_least, group.database_lost);
  const inKafka = String(group.lag_total);
  const lags =
    lag === inKafka
      ? `lag ${lag}`
      : `lag ${lag} in the database${group.database_unknown === null ? "" : ` (${group.database_unknown})`}, ${inKafka} by Kafka's offsets`;
  return `Group ${group.group}${type}: ${members}, ${lags}`;
}

function text(value: number | null): string {
  return value === null ? "" : String(value);
}

/** Pure: 59 → 59s, 61 → 1m 1s, 3661 → 1h 1m. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours}h ${Math.floor((seconds % 3600) / 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
