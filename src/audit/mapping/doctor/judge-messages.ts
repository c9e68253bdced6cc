import { rowsDifference } from "../../checks/same-contents.ts";
import { counted } from "../../finding.ts";
import type { OrderRow } from "../../order-trace.ts";
import type { GroupState } from "../../ports.ts";
import type { OrderFields } from "../mapping.ts";
import type { MessageContents, ReadMessage } from "../read-message.ts";
import { type MappingFinding, missing, ok, wrong } from "./mapping-finding.ts";

/** What was found in the topic. */
export interface MessageEvidence {
  readonly topic: string;
  readonly group: string;
  readonly partitions: number;
  /** In the whole topic. */
  readonly messages: number;
  readonly groupState: GroupState;
  /** Of the last messages. */
  readonly read: readonly ReadMessage[];
  /** Rows of their orders. */
  readonly rows: ReadonlyMap<string, readonly OrderRow[]>;
  /** Order rows in all. */
  readonly rowsInAll: number;
}

/** Pure. */
export function judgeMessages(
  evidence: MessageEvidence,
  paths: OrderFields["paths"],
): readonly MappingFinding[] {
  const { topic, partitions, messages, read } = evidence;
  const about = `topic ${topic}`;
  const size = `${counted(partitions, "partition")}, ${counted(messages, "message")}`;
  if (messages === 0 || read.length === 0) {
    return [
      missing(about, `${size}: how its messages are written cannot be seen`, true),
      groupFinding(evidence),
    ];
  }
  const orders = read.flatMap((each) => (each.kind === "order" ? [each.contents] : []));
  return [
    ok(about, size),
    groupFinding(evidence),
    readFinding(read),
    ...(orders.length === 0
      ? []
      : [...fieldFindings(orders, paths), ...rowFindings(orders, evidence)]),
  ];
}

function groupFinding({ group, groupState: { members, next } }: MessageEvidence): MappingFinding {
  const about = `group ${group}`;
  const offsets =
    next.size === 0 ? "no offset committed" : `offsets of ${next.size} partitions committed`;
  const said = `${counted(members, "member")}, ${offsets}`;
  if (members === 0 && next.size === 0) {
    return missing(about, `${said}: is --group right? Nothing would be decided`, true);
  }
  if (members === 0) return missing(about, `${said}: nobody consumes now`, true);
  return next.size > 0
    ? ok(about, said)
    : missing(
        about,
        `${said}: that an order is lost is known by silence and a probe, or later decisions`,
      );
}

function readFinding(read: readonly ReadMessage[]): MappingFinding {
  const about = "messages";
  const of = (kind: ReadMessage["kind"]) => read.filter((each) => each.kind === kind);
  const [orders, unreadable, others] = [of("order"), of("unreadable"), of("other")];
  const [first] = unreadable;
  const why = first?.kind === "unreadable" ? `: ${first.why}` : "";
  const said = `of the last ${read.length}, ${orders.length} are orders, ${others.length} others, ${unreadable.length} not legible${why}`;
  if (orders.length === 0) return wrong(about, said);
  return unreadable.length > 0 ? missing(about, said, true) : ok(about, said);
}

function fieldFindings(
  orders: readonly MessageContents[],
  paths: OrderFields["paths"],
): readonly MappingFinding[] {
  const count = (has: (order: MessageContents) => boolean) => orders.filter(has).length;
  const of = (found: number) => `in ${found} of ${orders.length}`;
  const ids = count(({ orderId }) => orderId !== undefined);
  const lines = count((order) => order.lines !== undefined);
  const customers = count(({ customerId }) => customerId !== undefined);
  const amounts = count(
    (order) => order.lines?.every(({ amount }) => amount !== undefined) === true,
  );
  return [
    ids === orders.length ? ok("message.order_id", of(ids)) : wrong("message.order_id", of(ids)),
    lines === orders.length
      ? ok("message.product_id, quantity", of(lines))
      : wrong("message.product_id, quantity", `${of(lines)}: what is ordered cannot be read`),
    ...[
      customers === orders.length
        ? ok("message.customer_id", of(customers))
        : paths.customer_id === undefined
          ? missing("message.customer_id", "not mapped: whose order a row is is not checked")
          : wrong("message.customer_id", of(customers)),
      amounts === orders.length
        ? ok("message.amount or price", of(amounts))
        : paths.amount === undefined && paths.price === undefined
          ? missing("message.amount or price", "not mapped: amounts are not held against the log")
          : wrong("message.amount or price", of(amounts)),
    ],
  ];
}

/** The last messages may not have been decided yet: some rows are enough to see that both are of the same. */
function rowFindings(
  orders: readonly MessageContents[],
  { rows, rowsInAll }: MessageEvidence,
): readonly MappingFinding[] {
  const matched = orders.filter(({ orderId }) => orderId !== undefined && rows.has(orderId));
  const about = "messages and rows";
  const said = `${matched.length} of ${orders.length} have order rows, by order id`;
  if (matched.length === 0) {
    const ids = orders
      .slice(0, 3)
      .map(({ orderId }) => orderId ?? "?")
      .join(", ");
    return rowsInAll === 0
      ? [missing(about, `${said}: there are none at all yet`)]
      : [
          wrong(
            about,
            `${said}: the ids are not those of the table, or nothing of it is decided (${ids})`,
          ),
        ];
  }
  const different = matched.flatMap((order) => {
    const { orderId = "", customerId, lines } = order;
    if (lines === undefined) return [];
    const difference = rowsDifference(rows.get(orderId) ?? [], { customerId, lines }, "logged");
    return difference === undefined ? [] : [`${orderId} (${difference})`];
  });
  if (different.length === 0) return [ok(about, `${said}, and say the same`)];
  const differ = `${said}; ${different.length} say something else: ${different.slice(0, 3).join(", ")}`;
  return different.length * 2 > matched.length
    ? [wrong(about, `${differ}; are columns, fields and money (units or cents) right?`)]
    : [missing(about, `${differ}; the audits will say that the system is at fault`)];
}
