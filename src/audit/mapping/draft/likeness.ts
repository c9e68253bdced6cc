/** Words of a name, however they are joined: orderId, ORDER_ID and "Order Id" have the same. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Enough to take it without a remark. */
export const sure = 80;
/** Less is no likeness. */
export const doubtful = 30;

/**
 * Pure. How like a name is to one of several, the best first: 100 for the first itself.
 * @param context what the name stands in (a table, an object): a word of it is not needed again.
 */
export function likenessOf(
  name: string,
  wanted: readonly string[],
  context: readonly string[] = [],
): number {
  const words = wordsOf(name);
  const plain = words.join("");
  let best = 0;
  for (const [rank, each] of wanted.entries()) {
    const other = wordsOf(each);
    const score = likeness(words, plain, other, new Set(context.flatMap(wordsOf)));
    best = Math.max(best, score === 0 ? 0 : score - 2 * rank);
  }
  return Math.max(0, best);
}

function likeness(
  words: readonly string[],
  plain: string,
  wanted: readonly string[],
  context: ReadonlySet<string>,
): number {
  if (plain === wanted.join("")) return 100;
  const all = new Set([...words, ...context]);
  const found = wanted.filter((word) => all.has(word) || all.has(`${word}s`));
  const own = wanted.filter((word) => words.includes(word) || words.includes(`${word}s`));
  if (own.length === 0) return plain.includes(wanted.join("")) && plain.length > 3 ? 45 : 0;
  const surplus = words.filter((word) => !wanted.includes(word) && !context.has(word)).length;
  if (found.length === wanted.length) return Math.max(40, 90 - 15 * surplus);
  return Math.max(0, 50 - 20 * (wanted.length - found.length) - 10 * surplus);
}

export interface Candidate<Name> {
  readonly name: Name;
  readonly score: number;
}

/** What stands for a wanted name: the best that is free, and what else it may be. */
export interface Guess<Name> {
  readonly best: Candidate<Name> | undefined;
  /** Nearly as like. */
  readonly others: readonly Name[];
}

/** Pure. Each wanted name gets the candidate that is most like it; none gets two. */
export function assign<Wanted extends string, Name>(
  scores: Readonly<Record<Wanted, readonly Candidate<Name>[]>>,
): Readonly<Record<Wanted, Guess<Name>>> {
  const pairs = (Object.entries(scores) as [Wanted, readonly Candidate<Name>[]][]).flatMap(
    ([wanted, candidates]) => candidates.map((candidate) => ({ wanted, candidate })),
  );
  pairs.sort((a, b) => b.candidate.score - a.candidate.score);
  const taken = new Set<Name>();
  const found = new Map<Wanted, Candidate<Name>>();
  for (const { wanted, candidate } of pairs) {
    if (candidate.score < doubtful || found.has(wanted) || taken.has(candidate.name)) continue;
    found.set(wanted, candidate);
    taken.add(candidate.name);
  }
  const guesses = (Object.keys(scores) as Wanted[]).map((wanted) => {
    const best = found.get(wanted);
    const others = scores[wanted]
      .filter(({ name, score }) => score >= doubtful && name !== best?.name)
      .filter(({ name, score }) => !taken.has(name) && score > (best?.score ?? 0) - 25)
      .map(({ name }) => name);
    return [wanted, { best, others: others.slice(0, 3) }] as const;
  });
  return Object.fromEntries(guesses) as unknown as Readonly<Record<Wanted, Guess<Name>>>;
}
