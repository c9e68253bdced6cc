import type { Finding } from "./finding.ts";

/** What the examples of a check name first. */
export type Look = "orders" | "products" | "partitions" | "metrics" | "nothing";

/** Commands for so many of the examples: the others are alike. */
const shownMax = 3;

/** Pure: what a person pastes to see what a check saw, where that was not well. */
export function howToSee({ status, examples }: Finding, look: Look): readonly string[] {
  if (status === "pass") return [];
  const named = examples.slice(0, shownMax);
  if (look === "orders") {
    const ids = named.flatMap(orderIn);
    return ids.map((id) => `orders explain ${quoted(id)}`);
  }
  if (look === "products") {
    return named.map((example) => {
      const product = sql(beforeBracket(example));
      return `orders db query "SELECT i.*, (SELECT sum(o.quantity) FROM orders o WHERE o.product_id = i.product_id AND o.status = 'reserved') AS reserved_by_orders FROM inventory i WHERE i.product_id = ${product}"`;
    });
  }
  if (look === "partitions" && named.length > 0) {
    return ['orders db query "SELECT * FROM consumer_offsets ORDER BY topic, partition"'];
  }
  return [];
}

/** Pure: of a system whose tables are called otherwise, no command of ours shows the same. */
export function withoutCommands(findings: readonly Finding[]): readonly Finding[] {
  return findings.map(({ see: _, ...finding }) => finding);
}

/** "ID (why)", "ID at 3/1042 (why)", "a message at 3/1042": an example begins with what it is of. */
function orderIn(example: string): readonly string[] {
  const [first = ""] = beforeBracket(example).split(/ (?:at|of|before) /);
  return first === "" || /^\d+\/\d+$/.test(first) || first === "a message" ? [] : [first];
}

function beforeBracket(example: string): string {
  const end = example.indexOf(" (");
  return end === -1 ? example : example.slice(0, end);
}

function quoted(word: string): string {
  return /^[\w.:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** For a statement between double quotes. */
function sql(text: string): string {
  const literal = `'${text.replaceAll("'", "''")}'`;
  return literal.replaceAll(/["\\$`]/g, (sign) => `\\${sign}`);
}
