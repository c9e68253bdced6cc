import { plainTable } from "../../report/plain-table.ts";
import { shown } from "../../report/terminal.ts";
import type { OrderJourney } from "../order-journey.ts";

/**
 * The order's way, a row for each step.
 * @param stack for the commands that are named: "" or " --stack NAME".
 * @param width characters in a line of the terminal; undefined where there is none.
 */
export function orderJourneyText(
  journey: OrderJourney,
  { stack, width }: { readonly stack: string; readonly width: number | undefined },
): string {
  const { customer_id, product_id, quantity, amount } = journey;
  const what = `${quantity} × ${product_id}, ${amount.toFixed(2)}`;
  const steps: readonly Step[] = [
    { ms: 0, name: "sent", what: `POST ${journey.sent_to}` },
    { ms: journey.answer.at_ms, name: "acknowledged", what: answerText(journey.answer) },
    { ms: journey.log?.seen_at_ms ?? null, name: "in the log", what: logText(journey) },
    { ms: journey.decided_at_ms, name: "decided", what: decidedText(journey) },
    { ms: null, name: "stock", what: stockText(journey) },
  ];
  const rows = inOrder(steps).map((each) => [at(each.ms), each.name, each.what]);
  return [
    `Order ${shown(journey.order_id)} of ${shown(customer_id)}: ${shown(what)}`,
    plainTable([{ name: "after", align: "right" }, { name: "step" }, { name: "what" }], rows, {
      width,
    }),
    closing(journey, stack),
  ].join("\n");
}

interface Step {
  readonly ms: number | null;
  readonly name: string;
  readonly what: string;
}

/** As they were seen: a row may be there before the answer is. What has no time stays where it is. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const timed = steps.filter(({ ms }) => ms !== null).toSorted((a, b) => (a.ms ?? 0) - (b.ms ?? 0));
  return steps.map((step) => (step.ms === null ? step : (timed.shift() ?? step)));
}

function at(ms: number | null): string {
  return ms === null ? "" : `${ms.toFixed(1)} ms`;
}

function answerText({ state, text }: OrderJourney["answer"]): string {
  return state === "accepted"
    ? `${text}: every in-sync replica of Kafka has it`
    : `${text}: whether Kafka has it, nobody said`;
}

function logText({ log, log_unknown }: OrderJourney): string {
  if (log !== null) return `${log.topic}, partition ${log.partition}, offset ${log.offset}`;
  return log_unknown === null ? "not seen" : `not looked at: ${log_unknown}`;
}

function decidedText({ outcome, reason, detail }: OrderJourney): string {
  if (outcome === "undecided") return "not yet";
  const why =
    reason === null
      ? ""
      : ` (${reason.replaceAll("_", " ")}${detail === null ? "" : `: ${detail}`})`;
  return `${outcome.replaceAll("_", "-")}${why}; the row is committed`;
}

function stockText({ product_id, stock: { before, after } }: OrderJourney): string {
  if (before === null || after === null) return `there is no product ${product_id}`;
  const reserved =
    before.reserved === null || after.reserved === null
      ? ""
      : `, reserved ${change(before.reserved, after.reserved)}`;
  return `${product_id}: available ${change(before.available, after.available)}${reserved}`;
}

function change(before: number, after: number): string {
  return before === after ? String(before) : `${before} → ${after}`;
}

function closing({ outcome, order_id, log }: OrderJourney, stack: string): string {
  if (outcome === "undecided")
    return `Not decided in time${log === null ? "" : "; it waits in the log"}. Whether a consumer runs, and how far it is:\n  orders status${stack}\n  orders lag${stack}`;
  if (outcome === "dead_lettered")
    return `It can never be decided as it stands:\n  orders dlq list${stack}`;
  return `One outcome, in one transaction with the stock and the offset:\n  orders db orders${stack} --id ${shown(order_id)}`;
}
