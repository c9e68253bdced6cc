import { editDistance } from "../../failure/closest-name.ts";
import { Failure } from "../../failure/failure.ts";

/** A mapping that cannot be used as it is written. */
export function mappingFailure(what: string, remedy: string, meaning?: string): Failure {
  return new Failure("usage", { what, remedy, ...(meaning === undefined ? {} : { meaning }) });
}

/** The names most like the wanted one, nearest first; of few names all of them. */
export function nearNames(wanted: string, names: Iterable<string>, most = 5): readonly string[] {
  const likeness = plainOf(wanted);
  const ranked = [...new Set(names)].map((name) => {
    const plain = plainOf(name);
    const within = plain.includes(likeness) || likeness.includes(plain);
    return { name, far: within ? 0.5 : editDistance(likeness, plain) };
  });
  ranked.sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1));
  return ranked.slice(0, most).map(({ name }) => name);
}

/** Letters and digits: orderId, order_id and "Order Id" are alike. */
function plainOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** `"a", "b" or "c"` */
export function eitherOf(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2
    ? (quoted[0] ?? "")
    : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
