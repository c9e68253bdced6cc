import pg from "pg";
import { expect, it } from "vitest";
import { inSchema } from "../../../../src/bench/measure/in-schema.ts";

it("leads into the schema and keeps all else of the address", () => {
  const url = inSchema("postgresql://me:p%40ss%20word@db:6543/shop", "orders_bench_00000001");
  const client = new pg.Client(url);
  const { host, port, database, user, password } = client;
  expect([host, port, database, user, password]).toEqual(["db", 6543, "shop", "me", "p@ss word"]);
  expect(optionsOf(client)).toBe("-c search_path=orders_bench_00000001");
});

it("comes after options that are there, so that it wins", () => {
  const url = inSchema(
    "postgresql://db/shop?options=-c%20search_path%3Dmine",
    "orders_bench_00000001",
  );
  expect(optionsOf(new pg.Client(url))).toBe(
    "-c search_path=mine -c search_path=orders_bench_00000001",
  );
});

it("refuses what is no URL", () => {
  expect(() => inSchema("/var/run/postgresql shop", "orders_bench_00000001")).toThrow(/not a URL/);
});

function optionsOf(client: pg.Client): string {
  return (client as unknown as { connectionParameters: { options: string } }).connectionParameters
    .options;
}
