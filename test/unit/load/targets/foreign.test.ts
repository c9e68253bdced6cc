import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWorkload, type WorkloadText } from "../../../../src/load/parse-workload.ts";
import { chooseTarget, type TargetText } from "../../../../src/load/targets/choose-target.ts";
import { parseAccepted } from "../../../../src/load/targets/foreign/parse-accepted.ts";
import { parseHttpRequest } from "../../../../src/load/targets/foreign/parse-http-request.ts";
import { parseTemplate } from "../../../../src/load/targets/foreign/template.ts";
import { createWorkload, type PlannedOrder, pricedLines } from "../../../../src/load/workload.ts";

const spec = (text: Partial<WorkloadText> = {}) =>
  parseWorkload({ seed: "a", runId: "run", ...text });
const order = (text: Partial<WorkloadText> = {}) => createWorkload(spec(text)).order(7);
const json = (text: string, of: PlannedOrder) =>
  JSON.parse(parseTemplate(text, "--body", "json").fill(of, 0)) as unknown;

describe("a template", () => {
  it("writes by type outside of quotes, and text within, whatever the text", () => {
    const hostile = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(hostile, hostile, (customerId, productId) => {
        const lines = [{ productId, quantity: 3, amount: 59.97 }];
        const planned: PlannedOrder = { ...order(), customerId, lines, items: undefined };
        const text = `{"c":{{customer_id}},"both":"a \\"{{ customer_id }}\\" and {{product_id}}","q":{{quantity}},"qs":"{{quantity}}","p":{{price}},"n":{"deep":{"i":{{items}}}}}`;
        expect(json(text, planned)).toEqual({
          ...{ c: customerId, both: `a "${customerId}" and ${productId}`, q: 3, qs: "3" },
          ...{ p: 19.99, n: { deep: { i: pricedLines(planned) } } },
        });
      }),
    );
  });

  it("repeats a section for each line, with commas in between", () => {
    const planned = order({ linesPerOrder: 3 });
    const text = '{"lines":[{{#items}}{"sku":{{product_id}},"n":{{quantity}}}{{/items}}]}';
    expect(json(text, planned)).toEqual({
      lines: planned.lines.map(({ productId: sku, quantity: n }) => ({ sku, n })),
    });
  });

  it("takes the digits of a name for a number", () => {
    const planned = order();
    expect(json("{{customer_id|number}}", planned)).toBe(Number(planned.customerId.slice(4)));
  });

  it("encodes what stands in a path or a form", () => {
    const planned = { ...order(), customerId: "a/b ?&=é" };
    const template = parseTemplate("/c/{{customer_id}}?k=1", "--url", "url");
    expect(template.fill(planned, 0)).toBe("/c/a%2Fb%20%3F%26%3D%C3%A9?k=1");
  });

  it.each([
    ["{{custmer_id}}", /did you mean {{customer_id}}/],
    ["{{constructor}}", /does not exist/],
    ["{{customer_id|upper}}", /does not exist/],
    ["{{#items}}{{product_id}}", /section/],
    ["{{/items}}", /section/],
    ['"{{#items}}x{{/items}}"', /section/],
    ["{{#lines}}x{{/lines}}", /section/],
  ])("refuses %s", (text, message) => {
    const refusal = () => parseTemplate(text, "--body", "json");
    expect(refusal).toThrow(expect.objectContaining({ kind: "usage" }));
    let said = "";
    try {
      refusal();
    } catch (error) {
      const { message: what, remedy } = error as { message: string; remedy?: string };
      said = `${what} ${remedy}`;
    }
    expect(said).toMatch(message);
  });
});

describe("chooseTarget", () => {
  const choose = (text: Partial<TargetText>, workload: Partial<WorkloadText> = {}) =>
    chooseTarget({ target: "http", ...text }, spec(workload), { TOKEN: "s3cret" });
  const url = "http://shop.test/orders";

  it("warns of orders that could not be found again, and of no others", async () => {
    const plain = '{"n":{{quantity}},"at":{{sequence}}}';
    const unique = '{"n":{{quantity}},"ref":"load {{fingerprint}}"}';
    const header = ["X-Ref: {{key}}"];
    expect((await choose({ url, body: plain })).warning).toMatch(/{{fingerprint}}/);
    expect((await choose({ target: "kafka", body: plain })).warning).toMatch(/{{fingerprint}}/);
    for (const text of [
      { url },
      { url, body: unique },
      { url, body: plain, header },
      { url: `${url}/{{order_id}}`, method: "put", body: plain },
      { target: "kafka", body: plain, key: "{{order_id}}" },
      { target: "kafka", body: plain, header },
      { target: "kafka", key: "{{product_id}}" },
    ])
      expect((await choose(text)).warning).toBeUndefined();
  });

  it.each<[Partial<TargetText>, RegExp]>([
    [{ method: "PUT" }, /--method goes with --url only/],
    [{ accept: "201" }, /--accept goes with --url/],
    [{ "id-field": "id" }, /--id-field goes with --url/],
    [{ body: "{}" }, /--body goes with --url, or/],
    [{ header: ["a: b"] }, /--header goes with --url, or/],
    [{ url, key: "x" }, /--key goes with --target kafka/],
    [{ url, target: "kafka" }, /--url goes with --target http/],
    [{ url: "shop.test" }, /not a plain http/],
    [{ url: "http://user:pass@shop.test/" }, /not a plain http/],
    [{ url: "http://{{customer_id}}.test/" }, /not a plain http/],
    [{ url: "http://shop.test/a b" }, /not a plain http/],
    [{ url: "http://shop.test/#x" }, /not a plain http/],
    [{ url, method: "TRACE" }, /cannot place an order/],
    [{ url, accept: "2x" }, /no list of HTTP statuses/],
    [{ url, "id-field": "a..b" }, /names no field/],
    [{ url, header: ["Content-Length: 5"] }, /connection's own/],
    [{ url, header: ["Authorization: {{env.ABSENT}}"] }, /ABSENT, which is not set/],
    [{ url, body: "x", header: ["Content-Type: text/xml"] }, /JSON or a form/],
    [{ url, body: '{"a": {{quantity}' }, /does not give JSON/],
    [{ url, body: "{'a': {{quantity}}}" }, /does not give JSON/],
  ])("refuses %j", async (text, message) => {
    await expect(choose(text)).rejects.toMatchObject({ kind: "usage" });
    await expect(choose(text)).rejects.toThrow(message);
  });

  it("sees that a file was meant", async () => {
    await expect(choose({ url, body: "order.json" })).rejects.toMatchObject({
      remedy: "for the text in a file write --body @order.json",
    });
  });

  it("puts several orders into one request of our API only", async () => {
    const several = { perRequest: 10 };
    await expect(choose({ url }, several)).rejects.toThrow(/--per-request goes with/);
    await expect(choose({ target: "kafka" }, several)).rejects.toThrow(/--per-request goes with/);
    await expect(choose({ "max-in-flight": 9 }, several)).rejects.toThrow(/--max-in-flight/);
    expect((await choose({ "max-in-flight": 10 }, several)).summary).toContain("/orders/batch");
  });

  it("never repeats a header's value", async () => {
    for (const header of [
      "s3cret",
      "bad name: s3cret",
      "Auth: s3cret\u0000",
      "Auth: s3cret {{no}}",
    ])
      await expect(choose({ url, header: [header] })).rejects.not.toThrow(/s3cret/);
  });

  it("does not order one line of several, nor number what has no digits", async () => {
    const text = { url, body: '{"sku":{{product_id}}}' };
    await expect(choose(text, { linesPerOrder: 2 })).rejects.toThrow(/is of one line/);
    const numbered = { url, body: '{"sku":{{product_id|number}}}' };
    await expect(choose(numbered, { products: "ABC=1" })).rejects.toThrow(/ABC has none/);
    await expect(choose(numbered, { products: "101=1" })).resolves.toBeDefined();
  });
});

it("reads which statuses mean accepted", () => {
  const accepts = parseAccepted("200, 202,4XX");
  expect([200, 201, 202, 399, 400, 499, 500].filter(accepts)).toEqual([200, 202, 400, 499]);
});

it("says where orders go without what a query may hide", () => {
  const { address } = parseHttpRequest({ url: "http://shop.test/{{key}}?token=x" }, {});
  expect(address).toBe("http://shop.test/{{key}}?…");
});
