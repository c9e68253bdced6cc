import { bytes, duration } from "../../../report/figures.ts";
import { plainTable } from "../../../report/plain-table.ts";
import { shown } from "../../../report/terminal.ts";
import { type Service, servicesWithPort } from "../services/service.ts";
import { knownServices } from "../services/services.ts";
import type { StackSummary } from "../stack-status.ts";

const unknown = "—";
const align = "right" as const;

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
  services: readonly Service[] = knownServices,
): string {
  if (stacks.length === 0) return "There is no stack on this machine. `orders up` makes one.";
  // What only a profile has is a column where some stack has it.
  const listening = servicesWithPort(services).filter(
    (each) =>
      each.stage === "engine" ||
      each.profile === undefined ||
      stacks.some(({ ports }) => ports[each.name] !== undefined),
  );
  const table = plainTable(
    [
      { name: "stack" },
      { name: "state" },
      { name: "engine" },
      ...listening.map(({ title, shortTitle = title }) => ({ name: shortTitle, align })),
      { name: "on disk", align: "right" },
      { name: "age", align: "right" },
    ],
    stacks.map((each) => [
      each.stack,
      stateText(each),
      each.engine ?? unknown,
      ...listening.map(({ name }) => [each.ports[name] ?? []].flat().join(" ") || unknown),
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
