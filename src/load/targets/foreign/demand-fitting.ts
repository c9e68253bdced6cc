import { Failure } from "../../../failure/failure.ts";
import type { WorkloadSpec } from "../../workload.ts";
import { digitsOf } from "./placeholders.ts";
import type { Template } from "./template.ts";

/** @throws Failure("usage") where templates ask for what orders of this workload do not have. */
export function demandFitting(templates: readonly Template[], workload: WorkloadSpec): void {
  const ofOneLine = templates.flatMap((template) => template.ofOneLine);
  if (workload.linesPerOrder > 1 && ofOneLine.length > 0) {
    throw new Failure("usage", {
      what: `{{${ofOneLine[0]}}} is of one line, and the orders have ${workload.linesPerOrder}`,
      meaning: "the other lines would not be ordered",
      remedy:
        "use {{items}}, or {{#items}}…{{/items}} around what each line needs, or leave out --items",
    });
  }
  const nameless = workload.products.find(({ productId }) => digitsOf(productId) === undefined);
  if (nameless !== undefined && templates.some((template) => template.needsProductDigits)) {
    throw new Failure("usage", {
      what: `{{product_id|number}} needs digits, and the product ${nameless.productId} has none that make a number`,
      remedy: "give --products whose names have them, e.g. --products 101=19.99,102=5.00",
    });
  }
}
