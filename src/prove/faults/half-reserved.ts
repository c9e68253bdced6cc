import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { insertLine } from "../sql/insert-line.ts";
import { befalls, isVictim, twoLines, victim } from "../victim.ts";

export const halfReserved: PipelineFault = {
  of: "pipeline",
  name: "half-reserved",
  explanation: "the consumer reserves one line of an order, and rejects the other",
  fires: [{ check: "order-lines-complete", because: "the lines of an order share one outcome" }],
  needs: befalls(victim({ lines: twoLines })),
  consume: (world) =>
    world.consume({
      async write(tx, asked, judgement) {
        if (!isVictim(asked)) return right.write(tx, asked, judgement);
        const [, second] = asked.lines;
        if (second === undefined) throw new RangeError("the victim has two lines");
        const { productId, quantity: wanted } = second;
        await insertLine(tx, asked, 0, judgement);
        await insertLine(tx, asked, 1, {
          ...{ status: "rejected", reason: "insufficient_stock", productId, wanted, available: 0 },
        });
      },
      take: (tx, asked, stock) =>
        right.take(
          tx,
          isVictim(asked) ? { ...asked, lines: asked.lines.slice(0, 1) } : asked,
          stock,
        ),
    }),
};
