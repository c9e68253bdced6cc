import { exitCodeOf } from "../../failure/failure.ts";
import { closingText, exitRow } from "../../report/closing-block.ts";
import { plainTable } from "../../report/plain-table.ts";
import { shown, type Terminal } from "../../report/terminal.ts";
import type { StoryEvidence } from "../story/evidence.ts";
import { type StoryStep, tellStory } from "../story/tell-story.ts";
import { type TrailEnd, trailEnd } from "../story/trail-end.ts";

/** `orders explain --json`. */
export interface OrderStoryJson {
  readonly order_id: string;
  /** violation: something is wrong; open: it may go on, or nobody can tell. */
  readonly verdict: TrailEnd["verdict"];
  /** reserved, rejected, dead-lettered, lost, doubled, undecided, … */
  readonly end: string;
  /** Why; the first sentence says it all. */
  readonly because: readonly string[];
  /** In the order of time; at is null where nobody recorded when. */
  readonly steps: readonly {
    readonly at: string | null;
    readonly what: string;
    readonly text: string;
    readonly evidence: string;
  }[];
  /** What could not be looked at. */
  readonly unknown: readonly string[];
}

/** Pure. */
export function orderStoryJson(evidence: StoryEvidence): OrderStoryJson {
  const { verdict, end, sentences } = trailEnd(evidence);
  return {
    order_id: evidence.orderId,
    verdict,
    end,
    because: sentences,
    steps: tellStory(evidence).map(({ atMs, ...step }) => ({
      at: atMs === undefined ? null : new Date(atMs).toISOString(),
      ...step,
    })),
    unknown: unknowns(evidence),
  };
}

export function exitCodeOfStory({ verdict }: OrderStoryJson): number {
  return { explained: 0, open: exitCodeOf.inconclusive, violation: exitCodeOf.violation }[verdict];
}

/**
 * The order's way as a table, and where its trail ends.
 * @param width of the terminal; undefined where there is none.
 */
export function orderStoryText(
  evidence: StoryEvidence,
  terminal: Terminal,
  width: number | undefined,
): string {
  const story = orderStoryJson(evidence);
  const steps = tellStory(evidence);
  const table =
    steps.length === 0
      ? []
      : [
          plainTable(
            ["time (UTC)", "what", "how", "written in"].map((name) => ({ name })),
            steps.map((step) => [timeOf(step), step.what, step.text, step.evidence]),
            { width },
          ),
        ];
  const tone = ({ explained: "good", open: "open", violation: "bad" } as const)[story.verdict];
  return [
    ...table,
    ...story.unknown.map((why) => `Not looked at: ${shown(why)}.`),
    closingText(
      {
        headline: `Order ${shown(story.order_id)}: ${shown(story.end)}`,
        tone,
        rows: [
          ...story.because.map((why) => ["because", shown(why)] as const),
          exitRow(exitCodeOfStory(story), []),
        ],
      },
      terminal,
    ),
  ].join("\n");
}

function unknowns({ historiesUnknown, log }: StoryEvidence): readonly string[] {
  return [
    ...(historiesUnknown === undefined ? [] : [historiesUnknown]),
    ...(log.unknown === undefined ? [] : [`the log, or not all of it: ${log.unknown}`]),
  ];
}

function timeOf({ atMs }: StoryStep): string {
  return atMs === undefined ? "" : new Date(atMs).toISOString().slice(0, -1).replace("T", " ");
}
