import type { LetterEvidence, MessageEvidence, RowEvidence, StoryEvidence } from "./evidence.ts";

/** Where an order's trail ends. */
export interface TrailEnd {
  /** violation: something is wrong; open: it may still go on, or nobody can tell. */
  readonly verdict: "explained" | "open" | "violation";
  /** One word for it. */
  readonly end: string;
  /** In sentences; the first one says it all. */
  readonly sentences: readonly string[];
}

/** A consumer that commits its offset before it writes may still write so long after. */
export const settleMs = 10_000;

/** Pure. */
export function trailEnd(evidence: StoryEvidence): TrailEnd {
  const wrong = violations(evidence);
  if (wrong.length > 0)
    return { verdict: "violation", end: wrong[0]?.end ?? "", sentences: wrong.map((w) => w.why) };
  const { rows } = evidence.database;
  const [row] = rows;
  if (row !== undefined) return decided(row, rows.length);
  const letter = finalLetters(evidence)[0];
  if (letter !== undefined) return deadLettered(letter);
  const message = evidence.log.messages.at(-1);
  return message === undefined ? notInLog(evidence) : undecided(evidence, message);
}

interface Wrong {
  readonly end: string;
  readonly why: string;
}

function violations(evidence: StoryEvidence): readonly Wrong[] {
  const { database, log, sent, shop, topic } = evidence;
  const { rows } = database;
  const wrong: Wrong[] = [];
  const add = (end: string, why: string) => wrong.push({ end, why });
  const letters = finalLetters(evidence);
  const [row] = rows;
  if (repeats(evidence))
    add(
      "doubled",
      `it has ${rows.length} rows (${rows.map(({ status }) => status).join(", ")}): doubled`,
    );
  const byAnother = letters.find(({ reason }) => reason !== "conflicting_duplicate");
  if (row !== undefined && byAnother !== undefined && decidedFromMessage(row))
    add("doubled", `it is ${row.status} and dead-lettered (${byAnother.reason}): two outcomes`);
  const refusal = sent.find(({ state }) => state === "failed" || state === "dropped");
  if (refusal !== undefined && sent.length === 1 && (rows.length > 0 || log.messages.length > 0))
    add(
      "refused but there",
      `its sender was told no (${refusal.kind}), and yet ${rows.length > 0 ? "it was decided" : "it is in the log"}`,
    );
  const stranger = strangerAt(evidence);
  if (stranger !== undefined)
    add(
      "from another message",
      `its row says that it came from ${place(stranger)}, where the message of ${stranger.orderId ?? "no order"} stands`,
    );
  const altered = alteration(evidence);
  if (altered !== undefined) add("altered", altered);
  if (row === undefined && letters.length === 0) {
    const lost = lostMessage(evidence);
    if (lost !== undefined) {
      const acked = sent.some(({ state }) => state === "acked") ? "was acknowledged and " : "";
      add(
        "lost",
        `it ${acked}is in the log at ${place(lost.message)}, and no row and no dead letter has it; ${lost.passed}: lost`,
      );
    }
    const acked = sent.find(({ state }) => state === "acked");
    if (acked !== undefined && log.messages.length === 0 && log.searched && !log.cutOff)
      add(
        "never logged",
        `it was acknowledged (${acked.kind}), and all of ${topic} was read: it is not in the log, and no row and no dead letter has it: acknowledged, but never logged`,
      );
  }
  const disagreement = shopDisagrees(shop?.reservation, row?.status);
  if (disagreement) {
    add(
      "shop and reservation disagree",
      `the shop says that it is ${shop?.reservation?.toLowerCase()}, the reservation that it is ${row?.status}`,
    );
  }
  return wrong;
}

/** Letters that stand: what became of one that was produced again counts in its place. */
export function finalLetters({ database }: StoryEvidence): readonly LetterEvidence[] {
  return database.letters.filter(
    ({ replays }) => !replays.some(({ result }) => result === "produced"),
  );
}

/** Cancelled before it was decided, an order has a row of no message. */
function decidedFromMessage({ status, offset }: RowEvidence): boolean {
  return status !== "released" || offset !== undefined;
}

function repeats(evidence: StoryEvidence): boolean {
  const { rows } = evidence.database;
  const lineNos = rows.flatMap(({ lineNo }) => lineNo ?? []);
  if (lineNos.length === rows.length) return new Set(lineNos).size < lineNos.length;
  const ordered = decidedMessage(evidence)?.contents?.lines ?? evidence.sent[0]?.lines;
  return ordered !== undefined && rows.length > Math.max(1, ordered.length);
}

function strangerAt(evidence: StoryEvidence): MessageEvidence | undefined {
  const { database, log, orderId } = evidence;
  const [row] = database.rows;
  return log.others.find(
    (message) =>
      message.partition === row?.partition &&
      message.offset === row.offset &&
      message.orderId?.toLowerCase() !== orderId.toLowerCase(),
  );
}

interface Said {
  readonly customerId: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
}

/** The message that was decided: the one that the row names, else the only one that there is. */
function decidedMessage({ database: { rows }, log: { messages } }: StoryEvidence) {
  const named = messages.find(
    ({ partition, offset }) => partition === rows[0]?.partition && offset === rows[0]?.offset,
  );
  return named ?? (messages.length === 1 ? messages[0] : undefined);
}

/** Whether what was sent, what the log says and what the rows say are the same. */
function alteration(evidence: StoryEvidence): string | undefined {
  const { rows } = evidence.database;
  const said: [string, Said | undefined][] = [
    ["what was sent", evidence.sent[0]],
    ["the message", decidedMessage(evidence)?.contents],
    ["the rows", rows[0] && { customerId: rows[0].customerId, lines: rows }],
  ];
  const known = said.flatMap(([name, what]) => (what === undefined ? [] : [{ name, what }]));
  for (const [index, one] of known.entries()) {
    const other = known[index + 1];
    if (other === undefined) break;
    const [a, b] = [wordsOf(one.what), wordsOf(other.what)];
    if (a !== b) return `${one.name} and ${other.name} differ: ${a}; ${b}`;
  }
  return undefined;
}

function wordsOf({ customerId, lines }: Said): string {
  const pieces = lines.map(({ productId, quantity }) => `${quantity} × ${productId}`).sort();
  return `${customerId}, ${pieces.join(" + ")}`;
}

/** The last message of the order that the offsets have passed, and which. */
function lostMessage({ database, log, group }: StoryEvidence) {
  const message = log.messages.at(-1);
  if (message === undefined) return undefined;
  const stored = database.stored?.get(message.partition);
  if (stored !== undefined && stored > message.offset)
    return { message, passed: `the consumer's offset in the database is ${stored}` };
  if (database.stored !== undefined) return undefined;
  const committed = log.committed.get(message.partition);
  const old = database.atMs - message.timestampMs > settleMs;
  return committed !== undefined && committed > message.offset && old
    ? { message, passed: `the offset of ${group} in Kafka is ${committed}` }
    : undefined;
}

function shopDisagrees(reservation: string | undefined, status: string | undefined): boolean {
  if (reservation === "RESERVED") return status === "rejected";
  if (reservation === "REJECTED") return status === "reserved" || status === "shipped";
  return false;
}

function decided(row: RowEvidence, lines: number): TrailEnd {
  const why = row.reason === undefined ? "" : ` (${row.reason.replaceAll("_", " ")})`;
  const text = lines === 1 ? "" : `, each of its ${lines} lines`;
  return {
    verdict: "explained",
    end: row.status,
    sentences: [`it is ${row.status}${why}${text}: one outcome`],
  };
}

function deadLettered({ reason, detail, letterId }: LetterEvidence): TrailEnd {
  return {
    verdict: "explained",
    end: "dead-lettered",
    sentences: [
      `it can never be decided as it stands (${reason.replaceAll("_", " ")}: ${detail}): dead letter ${letterId}`,
    ],
  };
}

function undecided(evidence: StoryEvidence, message: MessageEvidence): TrailEnd {
  const { database, log, group } = evidence;
  const next = database.stored?.get(message.partition) ?? log.committed.get(message.partition);
  const where = `it is in the log at ${place(message)}`;
  if (next === undefined) {
    const sentences = [
      `${where} and not decided; ${group} has neither stored nor committed an offset of its partition, so nobody can say whether it was passed by`,
    ];
    return { verdict: "open", end: "undecided", sentences };
  }
  const sentence =
    next > message.offset
      ? `${where}; ${group} has just passed it (its offset is ${next}), and nothing of it is written yet: ask again in ${settleMs / 1_000} s`
      : `${where} and waits: the next offset that ${group} decides is ${next}, ${message.offset - next} before it`;
  return { verdict: "open", end: "undecided", sentences: [sentence] };
}

function notInLog(evidence: StoryEvidence): TrailEnd {
  const { log, sent, shop, topic } = evidence;
  const sender = sent.at(-1);
  if (!log.searched || log.unknown !== undefined)
    return {
      verdict: "open",
      end: "not found",
      sentences: [
        `neither row nor dead letter has it, and not all of the log was read: ${log.unknown ?? ""}`,
      ],
    };
  if (sender?.state === "dropped" || sender?.state === "failed") {
    const what = sender.state === "dropped" ? "never sent" : "refused";
    return {
      verdict: "explained",
      end: what,
      sentences: [`it was ${what} (${sender.kind}); nothing of it is anywhere, as it must be`],
    };
  }
  const gone = log.cutOff
    ? `; older messages of ${topic} were deleted, and it may have been one of them`
    : "";
  if (sender?.state === "unknown" && !log.cutOff)
    return {
      verdict: "explained",
      end: "never arrived",
      sentences: [
        `its sender got no answer (${sender.kind}), and it is not in the log: it never arrived`,
      ],
    };
  if (shop !== undefined)
    return {
      verdict: "open",
      end: "not placed yet",
      sentences: [`the shop has it, and it is not in ${topic} yet: the relay places it${gone}`],
    };
  return {
    verdict: "open",
    end: "no trace",
    sentences: [`no row, no dead letter and no message has this id${gone}`],
  };
}

/** 12/345 is partition 12, offset 345. */
export function place({
  partition,
  offset,
}: {
  readonly partition: number;
  readonly offset: number;
}): string {
  return `${partition}/${offset}`;
}
