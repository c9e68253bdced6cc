import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

export const amountAltered: PipelineFault = {
  of: "pipeline",
  name: "amount-altered",
  explanation: "the consumer writes an amount that is a cent less than was sent",
  fires: [
    { check: "contents-as-sent", because: "the row has another amount than was sent" },
    { check: "rows-say-the-message", because: "the row has another than stands in the log" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      write(tx, asked, judgement) {
        const cents = isVictim(asked) ? 1 : 0;
        const lines = asked.lines.map((line) => ({ ...line, cents: line.cents - cents }));
        return right.write(tx, { ...asked, lines }, judgement);
      },
    }),
};
