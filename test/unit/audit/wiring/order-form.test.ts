import { describe, expect, it } from "vitest";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";
import { placedBy } from "../../../../src/audit/wiring/http-order-placer.ts";
import { httpForm, messageForm } from "../../../../src/audit/wiring/order-form.ts";

const forms = { orderId: "number", customerId: "text", productId: "number" } as const;
const order = {
  ...{ orderId: "17", customerId: "c", idempotencyKey: "k", placedAtMs: 0, amount: 39.98 },
  lines: [{ productId: "7", quantity: 2, amount: 39.98 }],
};
const uuid = "0196B4F0-0000-7000-8000-0123456789AB";

const apiOf = (toml: string) => parseMapping(`[api]\n${toml}`, "m.toml").api;
const messageOf = (toml: string) => parseMapping(`[message]\n${toml}`, "m.toml").message;

describe("an order for a foreign API", () => {
  it("is written by the mapping's paths, and its id read from the answer", () => {
    const api = apiOf(
      "path='/v1/orders'\nid='data.id'\naccept=[201]\ncustomer_id='who'\nitems='lines'\nproduct_id='sku'\nquantity='n'\nprice='each'\nmoney='cents'\nheaders={A='Bearer {{env.TOKEN}}'}",
    );
    const form = httpForm(api, undefined, forms, { TOKEN: "secret" });
    expect(form).toMatchObject({
      method: "POST",
      path: "v1/orders",
      headers: { A: "Bearer secret" },
    });
    expect(JSON.parse(form.bodyOf(order))).toEqual({
      ...{ who: "c", lines: [{ sku: 7, n: 2, each: 1999 }] },
    });
    const answered = (status: number, body: string) => placedBy(status, body, order, form.answers);
    expect(answered(201, '{"data": {"id": 1234567890123456789}}')).toEqual({
      ...{ state: "acked", orderId: "1234567890123456789" },
    });
    expect(answered(201, `{"data": {"id": "${uuid}"}}`).orderId).toBe(uuid);
    expect(answered(201, '{"data": {}}')).toEqual({
      ...{ state: "unknown", answer: "HTTP 201 without a data.id" },
    });
    expect(answered(200, '{"data": {"id": 5}}').state).toBe("unknown");
    expect(answered(422, "").state).toBe("failed");
  });

  it("is ours, with the answer's id elsewhere, by --id-path alone", () => {
    const form = httpForm(undefined, ["order", "0", "nr"], forms, {});
    expect(form).toMatchObject({ method: "POST", path: "order" });
    expect(placedBy(202, '{"order": [{"nr": 5}]}', order, form.answers)).toEqual({
      ...{ state: "acked", orderId: "5" },
    });
    expect(httpForm(undefined, undefined, forms, {}).answers).toBeUndefined();
  });

  it("is not sent where it could not be followed, or a secret is missing", () => {
    expect(() => httpForm(apiOf("path='x'\ncustomer_id='c'"), undefined, forms, {})).toThrow(
      "neither where the API's answer has the order's id",
    );
    expect(httpForm(apiOf("path='x'\norder_id='id'"), undefined, forms, {}).answers?.idPath).toBe(
      undefined,
    );
    const secret = apiOf("id='x'\nheaders={A='{{env.NONE}}'}");
    expect(() => httpForm(secret, undefined, forms, {})).toThrow("NONE, which is not set");
  });
});

describe("an order for a foreign topic", () => {
  it("is written in its envelope, with its key", () => {
    const form = messageForm(
      messageOf("envelope='debezium'\norder_id='id'\nproduct_id='sku'\nkey='order_id'"),
      forms,
    );
    const { key, value } = form(order);
    expect(key).toBe("17");
    expect(JSON.parse(value)).toEqual({
      payload: { before: null, after: { id: 17, sku: 7 }, op: "c" },
    });
    expect(messageForm(undefined, forms)(order).key).toBe("c");
  });

  it("is not written where nobody knows how", () => {
    const why = (toml: string) => () => messageForm(messageOf(toml), forms);
    expect(why("envelope='schema-registry'")).toThrow("their frames name a schema");
    expect(why("only_field='type'\nonly_values='placed'")).toThrow("only those whose type");
    expect(why("product_id='x'")).toThrow("where a message has the order's id");
  });
});
