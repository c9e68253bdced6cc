import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { pipelineFlags, settingFlags } from "../cli/setting-flags.ts";
import { exitCodeOf, Failure } from "../failure/failure.ts";
import type { OrderJourney } from "../journey/order-journey.ts";

export default class Order extends OrdersCommand {
  static override summary = "Place one order and follow it through the pipeline to its row";
  static override description =
    "The pipeline on one screen: sent over HTTP, acknowledged, its partition and offset in the log, its outcome (reserved, rejected with the reason, dead-lettered) and the product's stock before and after, each with the time since it was sent. Goes to the running stack, or to --api-url, --brokers and --database-url. Exit code 0 for every outcome, a rejection included; 2 when the API refuses the order; 3 when it is not decided within --timeout; 4 when something is not there.";
  static override examples = [
    { description: "One order for one piece of PROD001", command: "<%= config.bin %> order" },
    {
      description: "More than there is: rejected, with what was wanted and available",
      command: "<%= config.bin %> order --product PROD007 --quantity 1000000",
    },
    {
      description: "A smoke test in a script",
      command: "<%= config.bin %> order --timeout 30s --json | jq -e '.outcome == \"reserved\"'",
    },
  ];
  static override flags = {
    customer: Flags.string({
      summary: "who orders",
      default: "CUST001",
      helpValue: "TEXT",
    }),
    product: Flags.string({ summary: "what", default: "PROD001", helpValue: "TEXT" }),
    quantity: Flags.integer({ summary: "how many pieces", default: 1, helpValue: "N" }),
    amount: Flags.string({
      summary: "the amount of the order [default: the product's price × quantity]",
      helpValue: "N",
    }),
    timeout: Flags.string({
      summary: "how long to wait for the outcome",
      default: "10s",
      helpValue: "TIME",
    }),
    ...settingFlags("apiUrl", "topic", ...pipelineFlags),
  };

  async run(): Promise<OrderJourney> {
    const { flags } = await this.parse(Order);
    const { parseDuration } = await import("../ports/duration.ts");
    const { untilStopped } = await import("../cli/until-stopped.ts");
    const { placeAndFollow } = await import("../journey/place-and-follow.ts");
    const { orderJourneyText } = await import("../journey/show/order-journey-text.ts");
    const timeoutMs = parseDuration(flags.timeout, "--timeout", { minMs: 0, maxMs: 3_600_000 });
    const request = {
      customerId: flags.customer,
      productId: flags.product,
      quantity: flags.quantity,
      amount: flags.amount === undefined ? undefined : parseAmount(flags.amount),
    };
    const settings = this.resolvedToChange(flags).values;
    const name = this.stackName(flags);
    const stack = name === "default" ? "" : ` --stack ${name}`;
    return untilStopped(
      (line) => this.note(line),
      "no longer waiting",
      async (shutdown) => {
        const { signal } = shutdown;
        const journey = await placeAndFollow(settings, request, { timeoutMs, signal });
        this.print(orderJourneyText(journey, { stack, width: process.stdout.columns }));
        if (journey.outcome === "undecided")
          this.endWith(shutdown.exitCode || exitCodeOf.inconclusive);
        return journey;
      },
    );
  }
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() !== "" && Number.isFinite(amount)) return amount;
  throw new Failure("usage", {
    what: `--amount "${text}" is not a number`,
    remedy: "write e.g. --amount 19.99",
  });
}
