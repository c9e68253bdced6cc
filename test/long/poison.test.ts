import { expect, it } from "vitest";
import {
  createPipeline,
  manyOrders,
  reconciledStock,
  toValue,
} from "../integration/reservation/pipeline.ts";

it("loses nothing among fifty thousand invalid messages", async () => {
  const pipeline = await createPipeline(12);
  try {
    const good = manyOrders(50_000);
    for (let at = 0; at < good.length; at += 2_000) {
      await pipeline.send(
        good.slice(at, at + 2_000).flatMap((order, index) => [
          { key: order.customerId, value: Buffer.from(`not an order ${at + index}`) },
          { key: order.customerId, value: toValue(order) },
        ]),
      );
    }
    expect(await pipeline.consume()).toMatchObject({ reserved: 50_000, deadLettered: 50_000 });
    const { rows } = await pipeline.database.query({
      text: "SELECT count(*) AS recorded, count(published_at) AS published FROM dead_letters",
    });
    expect(rows).toEqual([{ recorded: 50_000, published: 50_000 }]);
    await reconciledStock(pipeline.database);
  } finally {
    await pipeline.close();
  }
});
