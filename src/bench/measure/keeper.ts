import type { Statement } from "../../ports/database.ts";
import type { Session } from "../../runtime/postgres/session.ts";
import { dropSchema, nameSchema } from "./sql/make-schema.ts";

// The keeper is one session outside the bench's schema, open as long as the bench: its lock says
// that the bench lives, and it makes and removes the schema.

export async function ask<Row>(
  keeper: Session,
  { text }: Statement,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const { rows } = await keeper.query(text, values as unknown[]);
  return rows as Row[];
}

export async function dropPlace(keeper: Session, schema: string): Promise<void> {
  await inTransaction(keeper, async () => {
    await ask(keeper, nameSchema, [schema, ""]);
    await ask(keeper, dropSchema, []);
  });
}

export async function inTransaction(keeper: Session, work: () => Promise<void>): Promise<void> {
  await keeper.query("BEGIN");
  try {
    await work();
    await keeper.query("COMMIT");
  } catch (error) {
    await keeper.query("ROLLBACK").catch(() => {});
    throw error;
  }
}
