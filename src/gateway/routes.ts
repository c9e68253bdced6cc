import { orderLimits } from "../order/order.ts";

export type UpstreamName = "api" | "shop";

export interface Route {
  /** As Fastify writes it. */
  readonly url: string;
  readonly upstream: UpstreamName;
  readonly bodyBytesMax: number;
  /** Whether the upstream does a POST with an Idempotency-Key once, however often it comes. */
  readonly honoursKey: boolean;
}

/** As much as the API and the shop take of one order. */
const orderBytesMax = 1024 * 1024;

/** Who answers what. Everything else is answered 404 here. */
export const routes: readonly Route[] = [
  { url: "/order", upstream: "api", bodyBytesMax: orderBytesMax, honoursKey: true },
  {
    url: "/orders/batch",
    upstream: "api",
    bodyBytesMax: orderLimits.batchBytesMax,
    honoursKey: true,
  },
  { url: "/orders", upstream: "shop", bodyBytesMax: orderBytesMax, honoursKey: true },
  {
    url: "/event-schemas.json",
    ...{ upstream: "shop", bodyBytesMax: orderBytesMax, honoursKey: false },
  },
  { url: "/orders/*", upstream: "shop", bodyBytesMax: orderBytesMax, honoursKey: false },
];

export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
