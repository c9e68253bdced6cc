import { bytes, duration } from "../../../report/figures.ts";
import { plainTable } from "../../../report/plain-table.ts";
import { shown } from "../../../report/terminal.ts";
import type { StackSummary } from "../stack-status.ts";

const unknown = "—";

const leftOverTexts = {
  half_made: "a boot of it, or its end, was killed half-way",
  verification: "made by `orders verify`: kept with --keep, killed, or still at work",
  copied: "its directory was copied or moved here",
  logs: "logs of a run that failed",
  strange_name: "no stack has such a name; orders leaves it alone",
} as const;

/** @param width characters in a line of the terminal; undefined where there is none. */
export function stackListText(
  stacks: readonly StackSummary[],
  nowMs: number,
  width: number | undefined,
): string {
  if (stacks.length === 0) return "There is no stack on this machine. `orders up` makes one.";
  const table = plainTable(
    [
      { name: "stack" },
      { name: "state" },
      { name: "engine" },
      { name: "API", align: "right" },
      { name: "Kafka", align: "right" },
      { name: "PG", align: "right" },
      { name: "on disk", align: "right" },
      { name: "age", align: "right" },
    ],
    stacks.map((each) => [
      each.stack,
      stateText(each),
      each.engine ?? unknown,
      each.ports.api.join(" ") || unknown,
      port(each.ports.kafka),
      port(each.ports.postgres),
      each.bytes === null ? "in Docker" : bytes(each.bytes),
      duration(Math.max(0, (nowMs - Date.parse(each.made_at)) / 1_000)),
    ]),
    { width },
  );
  return [table, ...hints(stacks)].join("\n");
}

function stateText({ state, processes: { running, all } }: StackSummary): string {
  if (state === "up" && running < all) return `up, ${running} of ${all}`;
  return state.replaceAll("_", " ");
}

function hints(stacks: readonly StackSummary[]): readonly string[] {
  const lines: string[] = [];
  for (const { stack, state } of stacks.filter(({ left_over }) => left_over === null)) {
    if (state === "stopped" || state === "died")
      lines.push(`Go on with it:  orders up --stack ${stack}`);
  }
  const leftOver = stacks.flatMap(({ stack, left_over, remove }) =>
    left_over === null
      ? []
      : [
          `  ${shown(stack)}: ${leftOverTexts[left_over]}`,
          ...(remove === null ? [] : [`    ${remove}`]),
        ],
  );
  if (leftOver.length > 0)
    lines.push("Left over, and the command that removes each with its data:", ...leftOver);
  return lines.length === 0 ? [] : ["", ...lines];
}

function port(value: number | null): string {
  return value === null ? unknown : String(value);
}
