import { plainTable } from "../../report/plain-table.ts";
import { painter, type Terminal, wrapped } from "../../report/terminal.ts";
import type { ReserveBenchJson, ReserveVariantJson } from "../figures/bench-result.ts";
import { count, ms, ratio, seconds, withSpread } from "./figures.ts";
import { aboutText, exactText, floorText, workloadText } from "./provenance.ts";
import { remarks } from "./reserve-remarks.ts";

/** Table of all variants, the floor, what was measured and how. Fits 40 columns. */
export function reserveText(result: ReserveBenchJson, terminal: Terminal): string {
  const { width } = terminal;
  const paint = painter(terminal);
  return [
    ...variantsTables(result, width),
    ...remarks(result).flatMap((text) => wrapped(text, width)),
    ...floorText(result.floor).flatMap((text) => wrapped(text, width)),
    "",
    ...wrapped(exactText(result), width).map((line) => paint(line, result.exact ? "green" : "red")),
    "",
    ...aboutText(result, workloadText(result)).flatMap((text) => wrapped(text, width)),
  ].join("\n");
}

const narrowColumns = 110;

/** One table where it fits, else one of rates and one of waits. */
function variantsTables({ results }: ReserveBenchJson, width: number): readonly string[] {
  const names: readonly Column[] = [
    { name: "strategy", cell: (each) => `${each.strategy}${each.inexact ? " *" : ""}` },
    { name: "scenario", cell: (each) => each.scenario },
  ];
  const rates: readonly Column[] = [
    {
      name: "orders/s",
      cell: (each) => `${withSpread(each.orders_per_second, width)}${each.complete ? "" : " °"}`,
    },
    { name: "of floor", cell: (each) => ratio(each.ratio_to_floor.median) },
    {
      name: "of spread",
      cell: ({ ratio_to_spread: of }) => (of === null ? "" : ratio(of.median)),
    },
  ];
  const costs: readonly Column[] = [
    { name: "p50", cell: (each) => ms(each.transaction_ms.p50) },
    { name: "p99", cell: (each) => ms(each.transaction_ms.p99) },
    { name: "retries", cell: (each) => count(each.retries) },
    { name: "lock waits", cell: waits },
  ];
  const table = (figures: readonly Column[]) =>
    plainTable(
      [...names, ...figures.map(({ name }) => ({ name, align: "right" as const }))],
      results.map((each) => [...names, ...figures].map(({ cell }) => cell(each))),
      { width },
    );
  return width >= narrowColumns ? [table([...rates, ...costs])] : [table(rates), table(costs)];
}

interface Column {
  readonly name: string;
  readonly cell: (variant: ReserveVariantJson) => string;
}

function waits({ lock_waits }: ReserveVariantJson): string {
  if (lock_waits.count === 0) return "0";
  return `${count(lock_waits.count)}, ${seconds(lock_waits.seconds)}`;
}
