import { shopCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";
import type { ShopEvidence } from "../shop/shop-evidence.ts";
import type { ShopOrderRow, ShopTrace } from "../shop/shop-trace.ts";

/** What is wrong with an order; `open`: it may still come right. */
export interface Wrong {
  readonly why: string;
  readonly open?: boolean;
}

interface Question {
  readonly name: string;
  readonly explanation: string;
  /** What is looked at, in the plural: "orders that were cancelled". */
  readonly asked: string;
  /** Whether an order is asked at all. */
  of(order: ShopOrderRow, trace: ShopTrace): boolean;
  wrong(order: ShopOrderRow, trace: ShopTrace): Wrong | undefined;
  /** Without any such order nothing was proved: then the verdict stays open. */
  readonly required?: boolean;
}

/** A question to each order of the shop that had changed for the last time when the audit began. */
export function askEachOrder({ name, explanation, asked, of, wrong, required = false }: Question) {
  return shopCheck({
    name,
    explanation,
    needs: ["unsettled", "sinceMs", "resetMs"],
    judge({ unsettled, sinceMs, resetMs }: ShopEvidence) {
      let looked = 0;
      const bad = new Sightings();
      const open = new Sightings();
      return {
        see(trace) {
          const { order } = trace;
          if (order === undefined || order.updatedMs > sinceMs) return;
          // What the pipeline had of it was emptied.
          if (resetMs !== undefined && order.createdMs <= resetMs) return;
          if (!of(order, trace)) return;
          looked += 1;
          const found = wrong(order, trace);
          if (found === undefined) return;
          const isOpen = found.open === true && unsettled !== undefined;
          (isOpen ? open : bad).add(`${order.orderId} (${order.status}; ${found.why})`);
        },
        finding() {
          const text = {
            expected: `${looked} ${asked}`,
            found:
              bad.count + open.count === 0
                ? "all of them"
                : `${bad.count + open.count} not${open.count === 0 ? "" : `, ${open.count} of them not yet`}`,
            examples: [...bad.examples, ...open.examples],
          };
          if (bad.count > 0) {
            return failed(name, {
              ...text,
              detail: `${counted(bad.count, "order")} of the shop: ${bad.examples[0]}`,
            });
          }
          if (open.count > 0) return unknown(name, { ...text, detail: unsettled });
          if (looked === 0) {
            return unknown(name, {
              ...text,
              found: "none",
              detail: `there are no ${asked}`,
              required,
            });
          }
          return passed(name, text);
        },
      };
    },
  });
}
