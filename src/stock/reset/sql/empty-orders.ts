import type { Statement } from "../../../ports/database.ts";

/** TRUNCATE: as fast for ten million rows as for ten, and undone by a rollback. Ids are not reused. */
export const emptyOrders: Statement = { text: "TRUNCATE orders, dead_letters" };
