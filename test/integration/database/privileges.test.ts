import { afterEach, beforeEach, expect, it } from "vitest";
import type { Failure } from "../../../src/failure/failure.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { missingPrivileges } from "../../../src/runtime/postgres/privileges/missing-privileges.ts";
import {
  grantStatements,
  neededPrivileges,
  type RoleKind,
} from "../../../src/runtime/postgres/privileges/needed-privileges.ts";
import { prepareRoles } from "../../../src/runtime/stack/prepare-roles.ts";
import { exactStrategies } from "../reservation/conformance/conformance-database.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
  type TestPipeline,
} from "../reservation/pipeline.ts";
import { testSettings, uniqueName } from "../services.ts";

let pipeline: TestPipeline;
let role: string;
let url: string;
beforeEach(async () => {
  pipeline = await createPipeline(2);
  role = uniqueName("Least").replaceAll("-", "_");
  await run(`CREATE ROLE "${role}" LOGIN PASSWORD 'least'`);
  const own = new URL(pipeline.settings.databaseUrl ?? "");
  own.username = role;
  own.password = "least";
  url = own.href;
});
afterEach(async () => {
  await run(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
  await pipeline.close();
});

const uniqueRole = (name: string) => uniqueName(name).replaceAll("-", "_");
const run = (text: string) => pipeline.database.query({ text });
const grant = (kind: RoleKind) => run(grantStatements(kind, { role, schema: "public" }).join("\n"));
const asLeast = <T>(work: (database: ReturnType<typeof openDatabase>) => Promise<T>) => {
  const database = openDatabase(testSettings({ databaseUrl: url }), {
    applicationName: "orders test",
    poolSize: 1,
  });
  return work(database).finally(() => database.close());
};

it("a consumer works with exactly what the list grants: every strategy, dead letters, known orders", async () => {
  await grant("consumer");
  await run(
    "INSERT INTO inventory_slots SELECT product_id, 0, 10 FROM inventory WHERE product_id < 'PROD005'",
  );
  let placed = 0;
  for (const strategy of exactStrategies) {
    const orders = manyOrders(8);
    const short = {
      ...manyOrders(1)[0],
      lines: [{ productId: "PROD001", quantity: 9_999_999, amount: 1 }],
    };
    await pipeline.place([...orders, ...orders.slice(0, 2), short as (typeof orders)[0]]);
    await pipeline.send([{ key: "x", value: Buffer.from("no order") }]);
    placed += 9;
    const { caughtUp } = await pipeline.consume({ settings: { databaseUrl: url, strategy } });
    expect(caughtUp).toBe(true);
  }
  expect((await outcomesById(pipeline.database)).size).toBe(placed);
  const { rows } = await pipeline.database.query({
    text: "SELECT count(*) AS letters FROM dead_letters WHERE published_at IS NOT NULL",
  });
  expect(rows).toEqual([{ letters: exactStrategies.length }]);
  await reconciledStock(pipeline.database);
});

it("the stack's users reach a set's tables, each for its work, and nobody writes what was migrated", async () => {
  const names = { application: uniqueRole("app"), reader: uniqueRole("reader") };
  const passwords = { application: "a", reader: "r" };
  await run(`CREATE SCHEMA shop; CREATE TABLE shop.schema_migrations (name text);
    CREATE TABLE shop.sales (n bigint GENERATED ALWAYS AS IDENTITY)`);
  const may = async (role: string, table: string) => {
    const { rows } = await pipeline.database.query<{ may: string[] }>(
      {
        text: `SELECT array(SELECT wanted FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS wanted
          WHERE has_schema_privilege($1, 'shop', 'USAGE') AND has_table_privilege($1, $2, wanted)) AS may`,
      },
      [role, table],
    );
    return rows[0]?.may;
  };
  try {
    await prepareRoles(pipeline.database, passwords, names);
    expect(await may(names.application, "shop.sales")).toEqual([]);
    await prepareRoles(pipeline.database, passwords, names, ["shop"]);
    const rows = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    expect(await may(names.application, "shop.sales")).toEqual(rows);
    expect(await may(names.application, "shop.schema_migrations")).toEqual(["SELECT"]);
    expect(await may(names.reader, "shop.sales")).toEqual(["SELECT"]);
  } finally {
    for (const name of Object.values(names)) await run(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  }
});

it.each([
  "consumer",
  "shop-consumer",
] as const)("each privilege that a %s lacks is named, with the GRANT to type", async (kind) => {
  await grant(kind);
  for (const { table, privileges } of neededPrivileges[kind]) {
    for (const privilege of privileges) {
      await run(`REVOKE ${privilege} ON ${table} FROM "${role}"`);
      const failure = await asLeast((database) => missingPrivileges(database, kind));
      expect(failure?.kind).toBe("environment");
      expect(failure?.message).toBe(`the database user ${role} lacks ${privilege} on ${table}`);
      expect(failure?.remedy).toContain(`GRANT ${privilege} ON public.${table} TO "${role}";`);
      await run(`GRANT ${privilege} ON ${table} TO "${role}"`);
    }
  }
  expect(await asLeast((database) => missingPrivileges(database, kind))).toBeUndefined();
});

it("a consumer without one says so at its start, and when it is taken away meanwhile", async () => {
  await grant("consumer");
  await run(`REVOKE UPDATE ON inventory FROM "${role}"`);
  const settings = { databaseUrl: url };
  await expect(pipeline.consume({ settings })).rejects.toMatchObject({
    kind: "environment",
    remedy: expect.stringContaining(`GRANT UPDATE ON public.inventory TO "${role}"`) as string,
  });
  await run(`GRANT UPDATE ON inventory TO "${role}"`);

  const running = pipeline.consume({
    settings,
    untilCaughtUp: false,
    log: (line) => {
      if (line.startsWith("reading")) begun();
    },
  });
  let begun: () => void = () => {};
  await Promise.race([
    new Promise<void>((resolve) => {
      begun = resolve;
    }),
    running,
  ]);
  await run(`REVOKE INSERT ON orders FROM "${role}"`);
  await pipeline.place(manyOrders(3));
  const failure = (await running.catch((error: unknown) => error)) as Failure;
  expect(failure.kind).toBe("environment");
  expect(failure.remedy).toContain(`GRANT INSERT ON public.orders TO "${role}";`);
});

it("names a schema that may not be entered", async () => {
  await run("REVOKE USAGE ON SCHEMA public FROM PUBLIC");
  const failure = await asLeast((database) => missingPrivileges(database, "reader"));
  expect(failure?.remedy).toContain(`GRANT USAGE ON SCHEMA public TO "${role}";`);
});

it("a stack's reader reads everything, and neither runs programs nor reads files nor ends sessions", async () => {
  const passwords = { application: "a1", reader: "r1" };
  // Roles belong to the whole server, which other tests use, too.
  const names = { application: uniqueRole("application"), reader: uniqueRole("reader") };
  await prepareRoles(pipeline.database, passwords, names);
  await prepareRoles(pipeline.database, passwords, names);
  const as = async (who: "application" | "reader", text: string) => {
    const own = new URL(pipeline.settings.databaseUrl ?? "");
    own.username = names[who];
    own.password = passwords[who];
    const database = openDatabase(testSettings({ databaseUrl: own.href }), {
      applicationName: "orders test",
      poolSize: 1,
    });
    return database.query<Record<string, unknown>>({ text }).finally(() => database.close());
  };
  const owner = (
    await pipeline.database.query<{ pid: number }>({ text: "SELECT pg_backend_pid() AS pid" })
  ).rows[0]?.pid;
  for (const who of ["reader", "application"] as const) {
    for (const text of [
      "COPY (SELECT 1) TO PROGRAM 'true'",
      "COPY (SELECT 1) TO '/tmp/orders-test-never'",
      "SELECT pg_read_file('postgresql.auto.conf')",
      `SELECT pg_terminate_backend(${owner})`,
      "CREATE TABLE mine (n integer)",
      "SET ROLE postgres",
    ]) {
      await expect(as(who, text), `${who}: ${text}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|25006)$/) as string,
      });
    }
  }
  for (const { table } of neededPrivileges.reader)
    await as("reader", `SELECT * FROM ${table} LIMIT 1`);
  await expect(as("reader", "UPDATE inventory SET version = 0")).rejects.toThrow(
    /read-only|denied/,
  );
  await as("application", "UPDATE inventory SET version = version WHERE product_id = 'PROD001'");
  await expect(as("application", "TRUNCATE orders")).rejects.toMatchObject({ code: "42501" });
  const seen = await as("reader", `SELECT query FROM pg_stat_activity WHERE pid = ${owner}`);
  expect(seen.rows[0]?.query).not.toBe("<insufficient privilege>");
  for (const name of Object.values(names)) await run(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
});
