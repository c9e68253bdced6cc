import { piecesOf, right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { reserveOnly } from "../sql/reserve-only.ts";
import { befalls, isVictim } from "../victim.ts";

/** Of a database that does not guard itself. */
const withoutGuard = { text: "ALTER TABLE inventory DROP CONSTRAINT inventory_sum" };

export const sumBroken: PipelineFault = {
  of: "pipeline",
  name: "sum-broken",
  explanation: "the consumer reserves pieces, and leaves them on the shelf as well",
  fires: [
    { check: "stock-adds-up", because: "available and reserved are more than the total" },
    { check: "stock-moved-by-orders", because: "what was sold is still available" },
  ],
  needs: befalls(),
  async consume(world) {
    await world.database.query(withoutGuard);
    await world.consume({
      async take(tx, asked, stock) {
        if (!isVictim(asked)) return right.take(tx, asked, stock);
        for (const [productId, pieces] of piecesOf(asked.lines))
          await reserveOnly(tx, productId, pieces);
      },
    });
  },
};
