import { sqlstateOf } from "../../failure/sqlstate.ts";
import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { advanceOffset } from "../sql/advance-offset.ts";
import { lockStock } from "../sql/lock-stock.ts";
import { lockStockNowait } from "../sql/lock-stock-nowait.ts";

const lockNotAvailable = "55P03";

/** Another session holds the row of a hot product for as long as the consumer works. */
export const dropOnLockFailure: PipelineFault = {
  of: "pipeline",
  name: "drop-on-lock-failure",
  explanation: "the consumer does not wait for a row that is locked, and passes the order by",
  fires: [
    { check: "accepted-decided-once", because: "the order has no outcome" },
    { check: "messages-decided-once", because: "the offset has passed its message" },
  ],
  async consume(world) {
    await world.database.transaction(async (holder) => {
      await lockStock(holder, ["PROD001"]);
      await world.consume({
        look: lockStockNowait,
        async deliver(database, message, decide, source) {
          try {
            await right.deliver(database, message, decide, source);
          } catch (error) {
            if (sqlstateOf(error) !== lockNotAvailable) throw error;
            await advanceOffset(database, source, message);
          }
        },
      });
    });
  },
};
