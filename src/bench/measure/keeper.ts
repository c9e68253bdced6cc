import type { Queryable } from "../../ports/database.ts";
import type { Session } from "../../runtime/postgres/session.ts";
import { dropSchema } from "./sql/drop-schema.ts";

/**
 * One session outside the bench's schema, open as long as the bench: its lock says that the bench
 * lives, and it makes and removes the schema.
 */
export function keeperOn(session: Session): Queryable {
  return {
    async query<Row>({ text }: { readonly text: string }, values: readonly unknown[] = []) {
      const { rows, rowCount } = await session.query(text, [...values]);
      return { rows: rows as Row[], rowCount: rowCount ?? 0 };
    },
  };
}

export async function dropSandbox(keeper: Queryable, schema: string): Promise<void> {
  await inTransaction(keeper, () => dropSchema(keeper, schema));
}

export async function inTransaction(keeper: Queryable, work: () => Promise<void>): Promise<void> {
  await keeper.query({ text: "BEGIN" });
  try {
    await work();
    await keeper.query({ text: "COMMIT" });
  } catch (error) {
    await keeper.query({ text: "ROLLBACK" }).catch(() => {});
    throw error;
  }
}
