import { Failure } from "../../failure/failure.ts";

export interface OrdersFilter {
  readonly status?: string | undefined;
  readonly customer?: string | undefined;
  /** In small letters, as PostgreSQL writes it. */
  readonly orderId?: string | undefined;
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * As it was typed.
 * @throws Failure("usage") for an id that cannot be one.
 */
export function ordersFilter({ orderId, ...others }: OrdersFilter): OrdersFilter {
  if (orderId !== undefined && !uuid.test(orderId)) {
    throw new Failure("usage", {
      what: `--id ${orderId} is no UUID`,
      remedy: "give the order_id that POST /order answered",
    });
  }
  return { ...others, orderId: orderId?.toLowerCase() };
}
