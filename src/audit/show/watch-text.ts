import { type RunReport, suiteOf } from "../../report/ci/run-report.ts";
import { type Closing, closingText } from "../../report/closing-block.ts";
import { count, duration, milliseconds, percent } from "../../report/figures.ts";
import { shown, type Terminal } from "../../report/terminal.ts";
import { failed, passed, unknown } from "../finding.ts";
import { exitCodeOfVerdict } from "../verdict.ts";
import { type LawWatch, type WatchedSnapshot, watchVerdict } from "../watch/law-watch.ts";
import { auditClosing } from "./audit-closing.ts";
import { snapshotJson, type WatchJson, watchJson } from "./watch-json.ts";

/** While it goes on, one line. */
export function watchLine(watched: WatchedSnapshot): string {
  const { number, at, orders, reserved, available } = snapshotJson(watched);
  const { pace, share, snapshot } = watched;
  return [
    at.slice(11, 23),
    `snapshot ${count(number)}`,
    `${count(orders)} orders, ${count(reserved)} reserved, ${count(available)} available`,
    snapshot.broken.length === 0 ? "law holds" : "LAW BROKEN",
    pace.lastMs === undefined
      ? ""
      : `every ${milliseconds(pace.lastMs)}${pace.lastMs > pace.askedMs * 1.25 ? " (stretched)" : ""}`,
    `${percent(share)} of a core`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}

/** What broke, where something did, and the block that says it all. */
export function watchText(
  watch: LawWatch,
  terminal: Terminal,
  unwritten: readonly string[] = [],
): string {
  const json = watchJson(watch);
  return [
    ...(json.break === null ? [] : [breakText(json.break), ""]),
    closingText(watchClosing(watch, unwritten), terminal),
  ].join("\n");
}

function breakText(broken: NonNullable<WatchJson["break"]>): string {
  const since =
    broken.last_good_at === null
      ? "in the first snapshot: it was broken before"
      : `the last good snapshot was ${milliseconds(Date.parse(broken.at) - Date.parse(broken.last_good_at))} before`;
  const products = broken.products.flatMap(({ product_id, disagreements, before, ...now }) => [
    `✘ ${shown(product_id)}: ${shown(disagreements.join("; "))}`,
    ...(before === null
      ? []
      : [
          `  since then reserved ${before.reserved} → ${now.reserved}, by orders ${before.reserved_by_orders} → ${now.reserved_by_orders}, available ${before.available} → ${now.available}`,
        ]),
  ]);
  // In lines, not a table: an id is copied whole, however narrow the screen.
  const rows = broken.orders.map(
    ({ order_id, product_id, quantity, status, transaction, makes_the_difference: fits }) =>
      shown(
        `  ${order_id}  ${quantity} × ${product_id}  ${status}, transaction ${transaction}${fits ? "  ◀ makes the difference" : ""}`,
      ),
  );
  const more = broken.order_rows - rows.length;
  const orders =
    broken.last_good_at === null
      ? []
      : rows.length === 0
        ? [
            "No order row of these products was written in between: the stock was changed by itself.",
          ]
        : [
            `Order rows of these products written in between${more > 0 ? ` (${count(more)} more)` : ""}:`,
            ...rows,
          ];
  return [`Broken at ${broken.at}; ${since}.`, ...products, ...orders].join("\n");
}

/** Pure: the block at the end; CI shows the same. */
export function watchClosing(watch: LawWatch, unwritten: readonly string[] = []): Closing {
  const { verdict, reason } = watchVerdict(watch);
  const { snapshots, completeCounts, pace, share, coreMax, last } = watch;
  const took = duration((watch.ended.getTime() - watch.began.getTime()) / 1_000);
  const reached =
    pace.meanMs === undefined
      ? "one snapshot"
      : `every ${milliseconds(pace.meanMs)} in the mean, ${milliseconds(pace.longestMs ?? 0)} at most (asked: ${milliseconds(pace.askedMs)})`;
  const rows: Closing["rows"] = [
    [
      "looked at",
      `${count(snapshots)} snapshots in ${took}, ${count(completeCounts)} with every order counted; ${count(last?.orders ?? 0)} order rows at the end`,
    ],
    ["interval", reached],
    ["used", `${percent(share)} of a core, of ${percent(coreMax)} that it may`],
  ];
  return auditClosing({ verdict, reason }, "Watch of the stock's law", rows, unwritten);
}

/** Pure: for CI. */
export function watchReport(watch: LawWatch): RunReport {
  const { verdict, reason } = watchVerdict(watch);
  const { break: broken } = watchJson(watch);
  const examples = broken?.orders.map(({ order_id }) => order_id) ?? [];
  const text = { expected: "in every snapshot", found: reason, detail: reason, examples };
  const finding = { consistent: passed, violated: failed, inconclusive: unknown }[verdict];
  return {
    title: "orders audit watch",
    exitCode: exitCodeOfVerdict[verdict],
    closing: watchClosing(watch),
    suites: [suiteOf("watch", [finding("stock-law-held", text)])],
  };
}
