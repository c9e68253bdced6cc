/** Names of what a bench makes for itself. All carry its number, so that what is left can be found. */
export interface SandboxName {
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly schema: string;
  readonly topic: string;
  readonly dlqTopic: string;
  /** Groups begin with this. */
  readonly group: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

const benchKinds = ["reserve", "drain", "steady", "race"] as const;
export type BenchKind = (typeof benchKinds)[number];

/** What makes one: `orders …`. */
export function commandOf(kind: BenchKind): string {
  return kind === "race" ? "audit race" : `bench ${kind}`;
}

/** Whether such a bench makes topics and groups, too. */
export function usesKafka(kind: BenchKind): boolean {
  return kind !== "reserve";
}

export function sandboxName(id: string): SandboxName {
  const name = `orders-bench-${id}`;
  return {
    id,
    schema: `orders_bench_${id}`,
    topic: name,
    dlqTopic: `${name}-dlq`,
    group: name,
    applicationName: `orders bench ${id}`,
  };
}

/** @returns undefined for a schema that is none of ours by its name. */
export function sandboxOfSchema(schema: string): SandboxName | undefined {
  const id = /^orders_bench_([0-9a-f]{8})$/.exec(schema)?.[1];
  return id === undefined ? undefined : sandboxName(id);
}

/** The number as PostgreSQL's integer, for an advisory lock. */
export function lockNumber({ id }: SandboxName): number {
  return Number.parseInt(id, 16) | 0;
}

/** What stands as a comment at the schema: with its name, the proof that it is ours to remove. */
export function sandboxComment(kind: BenchKind): string {
  return `orders ${commandOf(kind)}: tables of its own, removed at its end, or by the next bench`;
}

export function kindOfComment(comment: string | null): BenchKind | undefined {
  return benchKinds.find((kind) => comment === sandboxComment(kind));
}
