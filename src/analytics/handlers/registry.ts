import type { ShopEventType } from "../../order/shop-event.ts";
import type { Handler } from "../tally.ts";
import { orderCancelled } from "./order-cancelled.ts";
import { orderCreated } from "./order-created.ts";
import { orderShipped } from "./order-shipped.ts";
import { paymentCompleted } from "./payment-completed.ts";

/** A handler is a file and its line here. */
export const handlers: Readonly<Record<ShopEventType, Handler>> = {
  ORDER_CREATED: orderCreated,
  PAYMENT_COMPLETED: paymentCompleted,
  ORDER_SHIPPED: orderShipped,
  ORDER_CANCELLED: orderCancelled,
};
