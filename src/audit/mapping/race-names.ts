import { orderIdForKey } from "../../order/order-id.ts";
import type { OrderIdType } from "./id-type.ts";
import type { MappedRelations } from "./relations.ts";
import type { IdForms } from "./write-order.ts";

/** What the customers and orders of a race are called, so that the audited system can keep them. */
export interface RaceNames {
  /**
   * @param name of the order in the race, as `17` or `probe-1`.
   * @param attempt another customer for the same order, where several are tried.
   */
  customerId(name: string, attempt: number): string;
  orderId(name: string, customerId: string): string;
  /** Whether a customer is of this race. */
  isRacer(customerId: string): boolean;
}

const whole = /^(smallint|integer|bigint|numeric)$/;

/**
 * @param raceId eight hexadecimal digits.
 * @param mapped undefined: ids are as this project has them.
 */
export function raceNames(
  raceId: string,
  mapped: MappedRelations | undefined,
  orderIdType: OrderIdType,
): RaceNames {
  const customers = customersOf(raceId, mapped?.orders.types.customer_id ?? "text");
  const numbered = mapped !== undefined && whole.test(orderIdType);
  const first = firstOf(raceId, orderIdType);
  return {
    ...customers,
    orderId: (name, customerId) =>
      numbered ? String(first + numberOf(name)) : orderIdForKey(customerId, customerId),
  };
}

/** In a request and a message numbers are numbers where the tables say so. */
export function idForms(mapped: MappedRelations | undefined): IdForms {
  const formOf = (type: string | undefined) => (whole.test(type ?? "") ? "number" : "text");
  return {
    orderId: formOf(mapped?.orders.types.order_id),
    customerId: formOf(mapped?.orders.types.customer_id),
    productId: formOf(mapped?.inventory.types.product_id),
  };
}

function customersOf(raceId: string, type: string): Omit<RaceNames, "orderId"> {
  const prefix = `race-${raceId}-`;
  const textName = (name: string, attempt: number) =>
    attempt === 0 ? `${prefix}${name}` : `${prefix}${name}-${attempt}`;
  if (whole.test(type)) {
    const first = firstOf(raceId, type as OrderIdType);
    return {
      customerId: (name) => String(first + numberOf(name)),
      isRacer: (customerId) => {
        const number = Number(customerId) - first;
        return number >= 0 && number < namesMax;
      },
    };
  }
  if (type === "uuid") {
    const given = new Set<string>();
    return {
      customerId(name, attempt) {
        const id = orderIdForKey(prefix, textName(name, attempt));
        given.add(id);
        return id;
      },
      isRacer: (customerId) => given.has(customerId.toLowerCase()),
    };
  }
  return { customerId: textName, isRacer: (customerId) => customerId.startsWith(prefix) };
}

/** A million orders, and those that are sent while they are waited for. */
const namesMax = 2_000_000;
const probesFrom = 1_500_000;

function numberOf(name: string): number {
  const [, probe] = /^probe-(\d+)$/.exec(name) ?? [];
  return probe === undefined ? Number(name) : probesFrom + Number(probe);
}

/** High in what the type holds, where a sequence has not come to, and apart for each race. */
function firstOf(raceId: string, type: OrderIdType): number {
  const seed = Number.parseInt(raceId, 16) || 0;
  if (type === "smallint") return 20_000 + (seed % 10_000);
  if (type === "integer") return 1_000_000_000 + (seed % 1_000_000_000);
  return 2 ** 52 + seed * 2 ** 20;
}
