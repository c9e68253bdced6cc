import type { PipelineFault } from "../fault.ts";
import { releaseOrder } from "../sql/release-order.ts";
import { takePieces } from "../sql/take-pieces.ts";
import { befalls, spareProduct, victim } from "../victim.ts";

/** Two orders of the product: of one alone the database itself would refuse it. */
export const stockRestoredTwice: PipelineFault = {
  of: "pipeline",
  name: "stock-restored-twice",
  explanation: "an order is released, and its pieces come back to the shelf a second time",
  fires: [
    { check: "reserved-matches-orders", because: "what the other order holds came back, too" },
    { check: "stock-moved-by-orders", because: "more pieces came back than were recorded" },
  ],
  needs: befalls(victim(), victim({ customerId: "KEEPER" })),
  async consume(world) {
    await world.consume();
    const { database } = world;
    const pieces = await releaseOrder(database, "VICTIM", spareProduct);
    for (let time = 0; time < 2; time++) await takePieces(database, spareProduct, -pieces);
  },
};
