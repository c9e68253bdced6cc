import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import { Failure } from "../../failure/failure.ts";
import type { QueryResultJson } from "../../inspect/query/show/query-result.ts";
import type { CappedResult } from "../../ports/database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { databaseUrlFor } from "../../runtime/stack/stack-roles.ts";

export default class DbQuery extends OrdersCommand {
  static override summary = "Run SQL, read-only unless told otherwise";
  static override description =
    "What `psql -c` does, where there is no psql. Several statements are separated by semicolons and run in one transaction; \\dt lists the tables. Without --write the transaction is read-only and nothing in the statements can change that; in a stack's own database it is the reader's, who may neither run programs on the server nor read its files nor end others' sessions. --write is the consumers' user; what only the owner may (CREATE INDEX, COPY … PROGRAM) needs --write --as-owner. Another database is asked as the user that its URL names, of a superuser without --write only with the right to read its tables.";
  static override examples = [
    "<%= config.bin %> db query 'SELECT product_id, available_quantity, reserved_quantity FROM inventory'",
    "<%= config.bin %> db query '\\dt'",
    "<%= config.bin %> db query 'SELECT * FROM orders WHERE customer_id = $1' --param CUST001",
    "<%= config.bin %> db query - < report.sql",
    "<%= config.bin %> db query --write --as-owner 'CREATE INDEX ON orders (customer_id, created_at DESC)'",
    "<%= config.bin %> db query --json 'SELECT count(*) FROM orders' | jq '.results[0].rows[0].count'",
  ];
  static override args = {
    sql: Args.string({ required: true, description: "statements, or - to read standard input" }),
  };
  static override flags = {
    write: Flags.boolean({ summary: "let the statements change data", default: false }),
    "as-owner": Flags.boolean({
      summary: "as the database's owner, who may everything, also outside of it",
      default: false,
    }),
    param: Flags.string({
      summary: "value of $1, the next of $2, …",
      multiple: true,
      helpValue: "TEXT",
    }),
    limit: Flags.integer({
      summary: "most rows shown of each result",
      default: 1_000,
      min: 1,
      max: 10_000,
      helpValue: "N",
    }),
    expanded: Flags.boolean({
      char: "x",
      summary:
        "each row as a block of lines (done anyway where a table is wider than the terminal)",
      default: false,
    }),
    ...settingFlags(...databaseFlags, "lockTimeoutMs"),
  };

  async run(): Promise<{ readonly results: readonly QueryResultJson[] }> {
    // SQL that begins with a comment, as it is pasted, is no flag.
    this.argv = this.argv.map((word) => (/^--\s/.test(word) ? `\n${word}` : word));
    const { args, flags } = await this.parse(DbQuery);
    const { queryScript } = await import("../../inspect/query/query-script.ts");
    const { readScript } = await import("../../inspect/query/read-script.ts");
    const { queryResultJson, queryResultText } = await import(
      "../../inspect/query/show/query-result.ts"
    );
    const { untilStopped } = await import("../../cli/until-stopped.ts");
    const layout = { width: process.stdout.columns, expanded: flags.expanded };
    const results: CappedResult[] = [];
    const note = (line: string) => this.note(line);
    try {
      await untilStopped(note, "cancelling the statement", async (shutdown) => {
        const settings = this.#settings(flags);
        await queryScript(settings, await readScript(args.sql, process.stdin), {
          write: flags.write,
          values: flags.param ?? [],
          rowLimit: flags.limit,
          signal: shutdown.signal,
          onNotice: note,
          onResult: (result) => results.push(result),
        });
        this.endWith(shutdown.exitCode);
      });
    } finally {
      // Not before: laying out a long table takes a while, and the transaction would stay open.
      for (const result of results) {
        this.print(queryResultText(result, layout));
        if (result.cut) note(`only the first ${flags.limit} rows are shown; --limit shows more`);
      }
    }
    return { results: results.map(queryResultJson) };
  }

  /** As the one who may what is asked for, and no more. */
  #settings(flags: { readonly write: boolean; readonly "as-owner": boolean }): Settings {
    if (!flags.write) {
      if (!flags["as-owner"]) return this.resolvedToRead(flags).values;
      throw new Failure("usage", {
        what: "--as-owner is for statements that change something",
        remedy: "give --write, too, or leave --as-owner out",
      });
    }
    const { values } = this.resolvedToChange(flags);
    if (flags["as-owner"]) return values;
    return { ...values, databaseUrl: databaseUrlFor(values.databaseUrl, "application") };
  }
}
