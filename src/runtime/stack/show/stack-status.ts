import { wholeDuration } from "../../../report/figures.ts";
import { outboxLines } from "../../../report/outbox-lines.ts";
import { plainTable } from "../../../report/plain-table.ts";
import { standingLines } from "../../../report/standing-lines.ts";
import { sumCell } from "../../../report/sum-cell.ts";
import { shown } from "../../../report/terminal.ts";
import { warningsText } from "../../../report/warnings-text.ts";
import { isInstanceOf, type Service, supervisedServices } from "../services/service.ts";
import { knownServices } from "../services/services.ts";
import type { ProcessStatus, StackStatus } from "../stack-status.ts";

/** What `up` ends with: where things are and what to do next. */
export function upText(status: StackStatus, services: readonly Service[] = knownServices): string {
  const lines = [`The stack ${status.stack} is up.`, ""];
  for (const { name, title, path } of supervisedServices(services)) {
    for (const url of status.urls[name] ?? []) lines.push(`  ${title.padEnd(12)}${url}${path}`);
  }
  if (status.kafka !== null) lines.push(`  Kafka       ${status.kafka.brokers}`);
  if (status.database !== null) lines.push(`  PostgreSQL  ${status.database.address}`);
  lines.push("");
  for (const { name, path, example } of supervisedServices(services)) {
    const [first] = status.urls[name] ?? [];
    if (example !== undefined && first !== undefined)
      lines.push(`  ${example.title.padEnd(15)}  curl ${first}${path} ${example.arguments}`);
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

export function statusText(
  status: StackStatus,
  services: readonly Service[] = knownServices,
): string {
  if (!status.up && status.processes.length === 0) return standing(status);
  const { kafka, database } = status;
  const sections = [
    [
      ...(status.state === "up" ? [] : [standing(status)]),
      `Stack ${status.stack} on the ${status.engine} engine (${shown(status.why ?? "")})`,
      ...remarks(status, services),
      ...(status.supervisor === null && status.processes.length > 0
        ? [
            `No supervisor: what dies now stays down. \`orders up${stackFlag(status)}\` starts it again.`,
          ]
        : []),
    ].join("\n"),
    processTable(status.processes),
    ...reasons(status.processes),
  ];
  if (kafka !== null) {
    sections.push(
      kafka.problem === null
        ? topicsText(kafka)
        : `Kafka at ${shown(kafka.brokers)} does not answer: ${shown(kafka.problem)}`,
    );
  }
  if (database !== null) {
    const rows = database.rows.map(
      ({ table, rows: count, estimated }) => `${table} ${estimated ? "about " : ""}${count}`,
    );
    sections.push(
      database.problem === null
        ? `Rows in ${shown(database.address)}: ${shown(rows.join(", ")) || "no tables"}`
        : `PostgreSQL at ${shown(database.address)} does not answer: ${shown(database.problem)}`,
      ...standingLines(database.topic, database.standing),
      ...(database.outbox === null ? [] : [outboxLines(database.outbox).join("\n")]),
    );
  }
  return sections.filter((section) => section !== "").join("\n\n");
}

/** One line for a log: what a person waits for or watches. */
export function statusLine(status: StackStatus, at: string): string {
  const { kafka, database, processes } = status;
  const notReady = processes
    .filter(({ state, ready }) => state !== "running" || ready === false)
    .map(({ name, state }) => `${name} ${state === "running" ? "not ready" : state}`);
  const silent = [
    ...(kafka === null || kafka.problem === null ? [] : ["Kafka does not answer"]),
    ...(database === null || database.problem === null ? [] : ["PostgreSQL does not answer"]),
  ];
  const group = kafka?.group;
  const parts = [
    at,
    status.healthy ? "ready" : status.state.replaceAll("_", " "),
    ...notReady,
    ...silent,
    ...(group
      ? [`${group.members} ${group.members === 1 ? "member" : "members"}`, lagsText(group)]
      : []),
    ...(kafka?.warnings ?? []).map((warning) => `! ${shown(warning)}`),
  ];
  return parts.join("  ");
}

function remarks(
  { processes, strategy }: StackStatus,
  services: readonly Service[],
): readonly string[] {
  return supervisedServices(services)
    .filter((service) => processes.some(({ name }) => isInstanceOf(service, name)))
    .flatMap((service) => service.remark?.({ strategy: shown(strategy ?? "") }) ?? []);
}

function stackFlag({ stack }: { readonly stack: string }): string {
  return stack === "default" ? "" : ` --stack ${stack}`;
}

/** What there is of a stack that is not simply up, and the command to go on. */
function standing(status: StackStatus): string {
  const { stack, state, busy, engine } = status;
  const flag = stackFlag(status);
  const by = busy === null ? "" : ` (\`${busy.doing}\`, PID ${busy.pid})`;
  switch (state) {
    case "never_made":
      return `There is no stack ${stack} here. \`orders up${flag}\` makes it; \`orders ls\` lists what there is.`;
    case "booting":
      return `The stack ${stack} is booting${by}. \`orders status --wait${flag}\` waits until it is ready.`;
    case "stopping":
      return `The stack ${stack} is going down${by}.`;
    case "half_made":
      return `Of the stack ${stack} only a part is there: a boot of it, or its end, was killed half-way. \`orders up${flag}\` completes it; \`orders down --volumes${flag}\` removes it.`;
    case "logs_only":
      return `Of the stack ${stack} only the logs are left, of a run that failed: \`orders logs${flag}\`. \`orders down --volumes${flag}\` removes them.`;
    case "died":
      return `Nothing of the stack ${stack} runs, though nobody took it down: the machine was restarted, or its processes were killed. Its data is kept. \`orders up${flag}\` goes on with it.`;
    case "stopped":
    case "up":
      return engine === "external"
        ? `The stack ${stack} is stopped; its services run elsewhere and are as they were. \`orders up${flag}\` goes on with it; \`orders down --forget${flag}\` leaves no trace of it here.`
        : `The stack ${stack} is stopped; its data is kept (engine ${engine}). \`orders up${flag}\` goes on with it; \`orders down --volumes${flag}\` removes it.`;
  }
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
      one.uptime_seconds === null ? "" : wholeDuration(one.uptime_seconds),
      String(one.restarts),
    ]),
    { width: process.stdout.columns },
  );
}

function reasons(processes: readonly ProcessStatus[]): readonly string[] {
  return processes.flatMap(({ name, reason }) =>
    reason === null ? [] : [`${name} ${reason.split("\n").map(shown).join("\n    ")}`],
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
  const above =
    topics.length === 0 ? `Kafka at ${shown(brokers)}: no topics${lag}` : `${table}${lag}`;
  return warnings.length === 0
    ? above
    : `${above}\n${warningsText(warnings, process.stdout.columns)}`;
}

type GroupStatus = NonNullable<NonNullable<StackStatus["kafka"]>["group"]>;

/** The database's lag is the one that counts; Kafka's is beside it where the two differ. */
function groupLine(group: GroupStatus): string {
  const members = `${group.members} ${group.members === 1 ? "member" : "members"}`;
  const type =
    group.type === null || group.type === "classic" ? "" : ` (${shown(group.type)} group)`;
  return `Group ${shown(group.group)}${type}: ${members}, ${lagsText(group)}`;
}

function lagsText(group: GroupStatus): string {
  const lag = sumCell(group.database_lag, group.database_lag_at_least, group.database_lost);
  const inKafka = String(group.lag_total);
  return lag === inKafka
    ? `lag ${lag}`
    : `lag ${lag} in the database${group.database_unknown === null ? "" : ` (${shown(group.database_unknown)})`}, ${inKafka} by Kafka's offsets`;
}

function text(value: number | null): string {
  return value === null ? "" : String(value);
}
