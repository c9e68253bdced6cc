export interface MigrateEvidence {
  /** Made by `orders up` itself, so that all of it is ours. */
  readonly own: boolean;
  /** Tables in the schema that the connection works in. */
  readonly tables: number;
  /** --migrate was given. */
  readonly migrateFlag: boolean;
}

/** Pure. Nothing that exists in a database of others is changed, unless they say so. */
export function mayMigrate({ own, tables, migrateFlag }: MigrateEvidence): boolean {
  return own || migrateFlag || tables === 0;
}
