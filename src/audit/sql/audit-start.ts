import type { Queryable, Statement } from "../../ports/database.ts";

const select: Statement = {
  text: `
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms,
           (SELECT (extract(epoch FROM max(began_at)) * 1000)::bigint FROM epochs WHERE reason = 'reset') AS reset_ms`,
};

/** By the database's clock: now, and when the pipeline's orders were emptied last. */
export async function auditStart(
  database: Queryable,
): Promise<{ readonly nowMs: number; readonly resetMs: number | undefined }> {
  const { rows } = await database.query<{ now_ms: number; reset_ms: number | null }>(select);
  return { nowMs: rows[0]?.now_ms ?? 0, resetMs: rows[0]?.reset_ms ?? undefined };
}
