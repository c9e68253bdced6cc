import { describe, expect, it } from "vitest";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";
import { Failure } from "../../../../src/failure/failure.ts";

const full = `
# A comment.
[orders]
table = "sales.Customer Orders"
order_id = "Id"
amount = false
money = "cents"

[orders.status_values]
reserved = ["CONFIRMED", "OK"]
rejected = "DECLINED"
undecided = [0, true]

[stock]
query = '''SELECT sku AS product_id, free AS available_quantity FROM wh'''

[message]
envelope = "debezium"
order_id = "/order.id"
customer_id = "who"
items = "lines"
product_id = "sku"
quantity = "qty"
only_field = "type"
only_values = ["placed"]

[api]
path = "v1/orders"
id = "data.order[0].id"
headers = { Authorization = "Bearer {{env.TOKEN}}" }
accept = [201, "2xx"]
`;

function failureOf(text: string | undefined, assignments: readonly string[] = []): Failure {
  try {
    parseMapping(text, "m.toml", assignments);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("it was taken");
}

describe("a mapping's file", () => {
  it("says what a system calls things", () => {
    const { orders, stock, message, api } = parseMapping(full, "m.toml");
    expect(orders).toEqual({
      source: { table: "sales.Customer Orders" },
      columns: { order_id: "Id", amount: false },
      status: {
        ...{ reserved: ["CONFIRMED", "OK"], rejected: ["DECLINED"], undecided: ["0", "true"] },
        ...{ released: [], shipped: [], cancelled: [] },
      },
      money: "cents",
    });
    expect(stock?.source).toEqual({
      query: "SELECT sku AS product_id, free AS available_quantity FROM wh",
    });
    expect(message).toMatchObject({
      envelope: "debezium",
      only: { path: ["type"], values: ["placed"] },
      key: "customer_id",
      paths: { order_id: ["order.id"], items: ["lines"], quantity: ["qty"] },
    });
    expect(message?.paths.amount).toBeUndefined();
    expect(api).toMatchObject({
      method: "POST",
      id: ["data", "order", "0", "id"],
      headers: { Authorization: "Bearer {{env.TOKEN}}" },
      accept: ["201", "2xx"],
    });
  });

  it("leaves what it does not name as this project has it", () => {
    expect(parseMapping("", "m.toml")).toEqual({
      orders: undefined,
      stock: undefined,
      message: undefined,
      api: undefined,
    });
    const { orders, message } = parseMapping('[message]\nenvelope = "cloudevents"', "m.toml");
    expect(orders).toBeUndefined();
    expect(message?.paths).toEqual({
      ...{ order_id: ["order_id"], customer_id: ["customer_id"], product_id: ["product_id"] },
      ...{ quantity: ["quantity"], amount: ["amount"] },
    });
  });

  it("is overruled by flags, or replaced by them", () => {
    const { orders, api } = parseMapping(full, "m.toml", [
      "orders.order_id = order=no",
      "orders.status_values.reserved=A, B",
      "orders.customer_id=false",
      "api.headers=X-A: 1, X-B: 2:3",
    ]);
    expect(orders?.columns).toEqual({ order_id: " order=no", amount: false, customer_id: false });
    expect(orders?.status?.reserved).toEqual(["A", "B"]);
    expect(api?.headers).toEqual({ "X-A": "1", "X-B": "2:3" });
    expect(parseMapping(undefined, "flags", ["stock.table=wh"]).stock?.source).toEqual({
      table: "wh",
    });
  });

  it("names the key that was meant", () => {
    const { kind, message, remedy } = failureOf("[orders]\nordre_id = 'x'");
    expect(kind).toBe("usage");
    expect(message).toBe('m.toml: there is no key "orders.ordre_id" in a mapping');
    expect(remedy).toContain('did you mean "orders.order_id"');
    expect(failureOf("[inventory]\ntable = 'x'").message).toContain('"inventory.table"');
    expect(failureOf("table = 'x'").message).toContain('no key "table"');
    expect(failureOf("[orders.toString]\nx = 1").message).toContain('"orders.toString.x"');
    expect(failureOf(undefined, ["stock.tabel=x"]).remedy).toContain('"stock.table"');
  });

  it("takes no value of another kind", () => {
    expect(failureOf("[orders]\norder_id = 5").message).toContain(
      "orders.order_id must be the name of a column, or false, found 5",
    );
    expect(failureOf("[orders]\norder_id = true").message).toContain("found true");
    expect(failureOf("[orders]\nmoney = 'euro'").message).toContain("one of units, cents");
    expect(failureOf("[message]\nenvelope = 'avro'").message).toContain("debezium");
    expect(failureOf("[api]\nid = 'a..b'").message).toContain("JSON pointer");
    expect(failureOf("[api]\nheaders = 'x'").message).toContain("names with texts");
    expect(failureOf("[orders]\ntable = 1979-05-27").message).toContain("orders.table must be");
    expect(failureOf("[orders\n").message).toContain("m.toml is not TOML");
    expect(failureOf(undefined, ["nonsense"]).message).toContain("SECTION.KEY=VALUE");
  });

  it("says nothing twice", () => {
    expect(failureOf("[stock]\ntable='a'\nquery='SELECT 1'").message).toContain("both given");
    expect(
      failureOf("[orders.status_values]\nreserved = ['OK']\nrejected = ['OK']").message,
    ).toContain('"OK" stands under reserved and under rejected');
    expect(failureOf("[message]\nonly_field = 'type'").message).toContain("only one is given");
  });
});
