import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import {
  grantStatements,
  type RoleKind,
  roleKinds,
} from "../../runtime/postgres/privileges/needed-privileges.ts";

export default class DbGrants extends OrdersCommand {
  static override summary = "Print the GRANTs that a least-privileged user needs";
  static override description =
    "For databases that `orders up` did not make. consumer: what `orders consume` writes, and nothing else. shop-consumer: the same with `--follow-shop`. reader: every command that only reads. operator: stock, reset, replay and audit race, which change rows. Migrations and benches make tables: they need the tables' owner. Nothing is changed; let the owner run what is printed.";
  static override examples = [
    {
      description: "For the user that consumers log in as",
      command: "<%= config.bin %> db grants --for consumer --to app",
    },
    {
      description: "Grant it at once",
      command: '<%= config.bin %> db grants --for reader --to analyst | psql "$OWNER_URL"',
    },
  ];
  static override flags = {
    for: Flags.string({
      summary: "what the user does",
      options: [...roleKinds],
      required: true,
    }),
    to: Flags.string({ summary: "the user's name", required: true, helpValue: "ROLE" }),
    schema: Flags.string({
      summary: "schema of the tables",
      default: "public",
      helpValue: "SCHEMA",
    }),
  };

  async run(): Promise<{ readonly statements: readonly string[] }> {
    const { flags } = await this.parse(DbGrants);
    const names = { role: flags.to, schema: flags.schema };
    const statements = grantStatements(flags.for as RoleKind, names);
    this.print(statements.join("\n"));
    return { statements };
  }
}
