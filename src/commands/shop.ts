import * as Flags from "@oclif/core/flags";
import { instancesFlag } from "../cli/instances-flag.ts";
import { listenFlags } from "../cli/listen-flags.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import { shown } from "../failure/shown.ts";

interface ShopResult {
  readonly requests: number;
  readonly invalid_requests: number;
  readonly instances: number;
  readonly restarts: number;
  readonly duration_ms: number;
}

export default class Shop extends OrdersCommand {
  static override summary = "Serve the order service: orders, and their events in an outbox";
  static override description =
    "POST /orders stores an order, its items and its event in one transaction and answers 201 after the commit; POST /orders/{id}/pay, /ship and /cancel change it, or answer 409 where its state does not allow that; what `orders consume --publish-outcomes` tells of its stock makes it RESERVED or REJECTED, and only what is reserved is shipped (--no-reservation: stock is nobody's matter); GET /orders (newest first; customerId, status, limit; the next page in the Link header) and GET /orders/{id} tell of it. 503: nothing was done; 504: nobody knows, so repeat with the same Idempotency-Key. Amounts are exact to the cent; fractions of a cent are refused. `orders relay` publishes the events. Ctrl-C or SIGTERM answers everything taken and exits 0.";
  static override examples = [
    {
      description: "Serve beside the running stack",
      command: "<%= config.bin %> shop --port 8082",
    },
    {
      description: "Place an order",
      command: `curl localhost:8082/orders -H Content-Type:application/json\n -d '{"customerId":"cust-123","items":[{"productId":"p1","quantity":2,"price":10}]}'`,
    },
  ];
  static override flags = {
    ...listenFlags,
    instances: instancesFlag("processes that share the port"),
    reservation: Flags.boolean({
      summary: "read what the stock reservation made of the orders",
      default: true,
      allowNo: true,
    }),
    ...settingFlags(
      "inventoryTopic",
      "brokers",
      "requestTimeoutMs",
      "sessionTimeoutMs",
      ...kafkaSecurityFlags,
      "databaseUrl",
      "connectTimeoutMs",
      "poolSize",
      "statementTimeoutMs",
      "lockTimeoutMs",
    ),
  };

  async run(): Promise<ShopResult> {
    const { flags } = await this.parse(Shop);
    const { startShop } = await import("../shop/wiring/start-shop.ts");
    const { serveUntilStopped } = await import("../cli/until-stopped.ts");
    const { host, port, instances } = flags;
    const settings = this.resolved(flags).values;
    const note = (line: string) => this.note(line);
    const startedAtMs = performance.now();
    const counts = await serveUntilStopped(note, "answering what was taken", (signal) =>
      startShop({
        ...{ settings, host, port, instances, signal, reserves: flags.reservation },
        onListening: (url) => this.print(`listening on ${url}`),
        log: (line) => note(`${new Date().toISOString()} ${shown(line)}`),
      }),
    );
    this.print(`stopped after ${counts.requests} requests`);
    return {
      requests: counts.requests,
      invalid_requests: counts.invalid,
      instances,
      restarts: counts.restarts,
      duration_ms: Math.round(performance.now() - startedAtMs),
    };
  }
}
