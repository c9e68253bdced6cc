import { readAsked } from "../consumer/asked.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, victim } from "../victim.ts";

const swapped: Readonly<Record<string, string>> = {
  "VICTIM-A": "VICTIM-B",
  "VICTIM-B": "VICTIM-A",
};

export const swappedCustomers: PipelineFault = {
  of: "pipeline",
  name: "swapped-customers",
  explanation: "the consumer writes the orders of two customers each for the other",
  fires: [
    { check: "contents-as-sent", because: "the row has another customer than was sent" },
    { check: "rows-say-the-message", because: "the row has another than stands in the log" },
  ],
  needs: befalls(...Object.keys(swapped).map((customerId) => victim({ customerId }))),
  consume: (world) =>
    world.consume({
      read(message) {
        const asked = readAsked(message);
        if ("why" in asked) return asked;
        return { ...asked, customerId: swapped[asked.customerId] ?? asked.customerId };
      },
    }),
};
