import { count, wholeDuration } from "./figures.ts";
import { shown } from "./terminal.ts";

interface Transaction {
  readonly pid: number | null;
  readonly application: string;
  readonly seconds: number;
}

interface OutboxState {
  readonly open_events: number;
  readonly parked_events: number;
  readonly oldest_open_seconds: number | null;
  readonly dead_rows_estimated: number;
  readonly oldest_transaction: Transaction | null;
}

/** Dead rows come and go: that many, or a transaction of that age, are worth a word. */
const deadRowsMin = 10_000;
const heldSecondsMin = 60;

/** How the shop's outbox stands, and who keeps its dead rows. */
export function outboxLines(outbox: OutboxState): string[] {
  const { open_events, parked_events, oldest_open_seconds: oldest } = outbox;
  const since =
    oldest === null ? "" : ` (the oldest for ${wholeDuration(Math.max(0, Math.round(oldest)))})`;
  const parked =
    parked_events === 0 ? "" : `, ${count(parked_events)} parked (\`orders outbox list\`)`;
  const dead = outbox.dead_rows_estimated;
  return [
    `Outbox: ${count(open_events)} events to be sent${since}${parked}, about ${count(dead)} dead rows.`,
    ...keeperLines(outbox.oldest_transaction, dead),
  ];
}

function keeperLines(oldest: Transaction | null, deadRows: number): string[] {
  if (oldest === null || oldest.seconds < (deadRows >= deadRowsMin ? 10 : heldSecondsMin))
    return [];
  return [
    `! ${keeperText(oldest)}: rows that died since, in the outbox as in every table, stay until it ends (\`orders db activity\`).`,
  ];
}

/** Who has had which transaction open. */
export function keeperText({ pid, application, seconds }: Transaction): string {
  const who =
    pid === null
      ? `The prepared transaction ${shown(application)}`
      : `Session ${pid} (${shown(application) || "without a name"})`;
  return `${who} has had a transaction open for ${wholeDuration(Math.round(seconds))}`;
}
