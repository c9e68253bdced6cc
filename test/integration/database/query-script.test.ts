import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Failure } from "../../../src/failure/failure.ts";
import { queryScript } from "../../../src/inspect/query/query-script.ts";
import type { CappedResult } from "../../../src/ports/database.ts";
import { createTestDatabase, eventually, type TestDatabase, testSettings } from "../services.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.query({
    text: `CREATE PROCEDURE commit_and_delete() LANGUAGE plpgsql AS
      $$ BEGIN COMMIT; DELETE FROM inventory; END $$`,
  });
  await test.database.query({
    text: `CREATE FUNCTION delete_read_write() RETURNS void LANGUAGE plpgsql AS
      $$ BEGIN PERFORM set_config('transaction_read_only', 'off', false); DELETE FROM inventory; END $$`,
  });
});
afterAll(() => test.drop());

interface RunOptions {
  readonly write?: boolean;
  readonly values?: readonly string[];
  readonly rowLimit?: number;
  readonly signal?: AbortSignal;
  readonly statementTimeoutMs?: number;
}

async function run(script: string, options: RunOptions = {}) {
  const results: CappedResult[] = [];
  const notices: string[] = [];
  const { statementTimeoutMs = 30_000 } = options;
  await queryScript(testSettings({ databaseUrl: test.url, statementTimeoutMs }), script, {
    write: options.write ?? false,
    values: options.values ?? [],
    rowLimit: options.rowLimit ?? 1_000,
    signal: options.signal ?? new AbortController().signal,
    onResult: (result) => results.push(result),
    onNotice: (line) => notices.push(line),
  });
  return { results, notices };
}

const failureOf = (script: string, options?: RunOptions) =>
  run(script, options).then(
    () => undefined,
    (error: unknown) => error as Failure,
  );

async function products(): Promise<number> {
  const { rows } = await test.database.query<{ count: number }>({
    text: "SELECT count(*) FROM inventory",
  });
  return rows[0]?.count ?? -1;
}

describe("without --write nothing can be changed", () => {
  it.each([
    "DELETE FROM inventory",
    "SELECT 1; DELETE FROM inventory",
    "COMMIT; DELETE FROM inventory",
    "ROLLBACK; DELETE FROM inventory",
    "END; BEGIN READ WRITE; DELETE FROM inventory; COMMIT",
    "BEGIN READ WRITE; DELETE FROM inventory; COMMIT",
    "START TRANSACTION READ WRITE; DELETE FROM inventory; COMMIT",
    "SET TRANSACTION READ WRITE; DELETE FROM inventory; COMMIT",
    "COMMIT; SET TRANSACTION READ WRITE; DELETE FROM inventory; COMMIT",
    "COMMIT AND CHAIN; SET TRANSACTION READ WRITE; DELETE FROM inventory; COMMIT",
    "ROLLBACK AND CHAIN; BEGIN READ WRITE; DELETE FROM inventory; COMMIT",
    "SET transaction_read_only = off; DELETE FROM inventory; COMMIT",
    "SELECT set_config('transaction_read_only', 'off', true); DELETE FROM inventory; COMMIT",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; COMMIT; DELETE FROM inventory",
    "SET default_transaction_read_only = off; COMMIT; DELETE FROM inventory",
    "SAVEPOINT a; SET TRANSACTION READ WRITE; DELETE FROM inventory; RELEASE a; COMMIT",
    "DO $$ BEGIN COMMIT; DELETE FROM inventory; END $$",
    "COMMIT; DO $$ BEGIN COMMIT; DELETE FROM inventory; END $$",
    "DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM inventory; END $$",
    "CALL commit_and_delete()",
    "SELECT delete_read_write()",
    "WITH gone AS (DELETE FROM inventory RETURNING 1) SELECT * FROM gone",
    "EXPLAIN ANALYZE DELETE FROM inventory",
    "PREPARE d AS DELETE FROM inventory; EXECUTE d",
    "PREPARE d AS DELETE FROM inventory; COMMIT; EXECUTE d",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1; COMMIT; DELETE FROM inventory",
    "TRUNCATE inventory",
    "DROP TABLE inventory",
    "CREATE TABLE more (a int)",
    "SELECT * FROM inventory FOR UPDATE",
    "SELECT nextval('epochs_epoch_id_seq')",
    "COPY inventory FROM STDIN",
    "VACUUM inventory",
  ])("%s", async (script) => {
    const failure = await failureOf(script);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure?.kind).toBe("usage");
    expect(await products()).toBe(10);
  });

  it("a text that splits wrongly is refused by the server, not run in part", async () => {
    // Strings that escape with a backslash are taken by their server setting, which is on by default.
    const failure = await failureOf(
      "SET standard_conforming_strings = off; SELECT '\\'; DELETE FROM inventory; --'",
    );
    expect(await products()).toBe(10);
    expect(failure === undefined || failure instanceof Failure).toBe(true);
  });

  it.each([
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''true'''; END $$",
  ])("a superuser's right is not used for %s", async (statement) => {
    expect(await failureOf(statement)).toBeInstanceOf(Failure);
    expect((await run("SELECT count(*) FROM inventory")).results[0]?.rows).toEqual([["10"]]);
  });

  it("says how to write when that was meant", async () => {
    expect((await failureOf("DELETE FROM inventory"))?.remedy).toContain("--write");
  });
});

describe("with --write", () => {
  it("runs all statements or none", async () => {
    await failureOf("CREATE TABLE first (a int); SELECT * FROM nowhere", { write: true });
    expect((await run("\\dt")).results[0]?.rows.flat()).not.toContain("first");
    const { results } = await run("CREATE TABLE first (a int); INSERT INTO first VALUES (1), (2)", {
      write: true,
    });
    expect(results.map(({ command, rowCount }) => [command, rowCount])).toEqual([
      ["CREATE", undefined],
      ["INSERT", 2],
    ]);
    expect((await run("SELECT count(*) FROM first")).results[0]?.rows).toEqual([["2"]]);
  });

  it("runs a single statement outside of a transaction, as VACUUM needs", async () => {
    expect((await run("VACUUM inventory", { write: true })).results[0]?.command).toBe("VACUUM");
  });
});

describe("results", () => {
  it("come by statement, with columns by position and NULL as null", async () => {
    const { results } = await run("SELECT 1 AS a, NULL AS a; SHOW work_mem; SELECT 2 WHERE false");
    expect(results[0]?.columns.map(({ name }) => name)).toEqual(["a", "a"]);
    expect(results[0]?.rows).toEqual([["1", null]]);
    expect(results[1]?.command).toBe("SHOW");
    expect(results[2]).toMatchObject({ rows: [], rowCount: 0, cut: false });
  });

  it("are cut at the limit, and only beyond it", async () => {
    const script = "SELECT * FROM generate_series(1, 3)";
    expect((await run(script, { rowLimit: 3 })).results[0]).toMatchObject({
      cut: false,
      rowCount: 3,
    });
    const { results } = await run(`${script}; SELECT 'next'`, { rowLimit: 2 });
    expect(results[0]).toMatchObject({ cut: true, rows: [["1"], ["2"]] });
    expect(results[1]?.rows).toEqual([["next"]]);
  });

  it("do not read a large result beyond the limit", async () => {
    // Every row but the first few divides by zero: reading on would fail.
    const { results } = await run("SELECT 1 / (100 - n) FROM generate_series(1, 1000000) AS n", {
      rowLimit: 5,
    });
    expect(results[0]?.rows).toHaveLength(5);
  });

  it("take parameters, list tables, and end at \\q", async () => {
    expect(
      (await run("SELECT $1::int + $2::int", { values: ["3", "4"] })).results[0]?.rows,
    ).toEqual([["7"]]);
    const tables = (await run("\\dt\n\\q\nSELECT nonsense")).results;
    expect(tables).toHaveLength(1);
    expect(tables[0]?.rows.map((row) => row[1])).toContain("consumer_offsets");
  });

  it("pass notices on", async () => {
    const { notices } = await run("DO $$ BEGIN RAISE NOTICE 'hello'; END $$");
    expect(notices).toEqual(["NOTICE: hello"]);
  });
});

describe("failures", () => {
  it.each([
    ["SELECT * FROM nope", /42P01.*nope/],
    ["SELEC 1", /42601/],
    ["SELECT $1", /08P01/],
    ["COPY inventory TO STDOUT", /COPY to the client/],
    ["\\copy x", /\\copy x/],
    ["  ; -- nothing", /no statement/],
  ])("%s is a usage error", async (script, told) => {
    const failure = await failureOf(script);
    expect(failure?.kind).toBe("usage");
    expect(failure?.message).toMatch(told);
  });

  it("a commit that is refused after the statement succeeded is no success", async () => {
    await run("CREATE TABLE once (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)", { write: true });
    const failure = await failureOf("INSERT INTO once VALUES (1), (1)", { write: true });
    expect(failure?.message).toContain("23505");
    await run("DROP TABLE once", { write: true });
  });

  it("a statement that takes too long is ended", async () => {
    const failure = await failureOf("SELECT pg_sleep(60)", { statementTimeoutMs: 100 });
    expect(failure?.message).toContain("57014");
    expect(failure?.remedy).toContain("--statement-timeout-ms");
  });

  it("an aborted statement ends here at once and on the server soon", async () => {
    const controller = new AbortController();
    const running = run("SELECT pg_sleep(59) AS abandoned", { signal: controller.signal });
    const sleeping = () =>
      test.database
        .query<{ pid: number }>({
          text: `SELECT pid FROM pg_stat_activity
            WHERE query LIKE 'SELECT pg_sleep(59)%' AND state = 'active'`,
        })
        .then(({ rows }) => rows.length);
    await eventually(async () => (await sleeping()) === 1, "the statement runs");
    controller.abort();
    expect((await running).results).toEqual([]);
    await eventually(async () => (await sleeping()) === 0, "the server has noticed");
  });

  it("a server that is not there is the environment's failure", async () => {
    const settings = testSettings({ databaseUrl: "postgresql://u:s3cret@127.0.0.1:1/db" });
    const failure = await queryScript(settings, "SELECT 1", {
      write: false,
      values: [],
      rowLimit: 1,
      signal: new AbortController().signal,
      onResult: () => {},
      onNotice: () => {},
    }).catch((error: unknown) => error as Failure);
    expect(failure).toMatchObject({ kind: "environment" });
    expect(String(failure)).not.toContain("s3cret");
  });
});
