import { OrdersCommand } from "../../cli/orders-command.ts";
import { settingFlags } from "../../cli/setting-flags.ts";
import { Failure } from "../../failure/failure.ts";

export default class DbUrl extends OrdersCommand {
  static override summary = "Print the URL of the database, with its password";
  static override description =
    "For programs that need to connect: psql, a GUI, another service. Here and in `orders status --env` the password is printed; nowhere else.";
  static override examples = [
    "<%= config.bin %> db url",
    'psql "$(<%= config.bin %> db url)"',
    "DATABASE_URL=$(<%= config.bin %> db url --stack ci) ./my-consumer",
  ];
  static override flags = { ...settingFlags("databaseUrl") };

  async run(): Promise<{ readonly database_url: string }> {
    const { flags } = await this.parse(DbUrl);
    const { databaseUrl } = this.resolved(flags).values;
    if (databaseUrl === undefined) {
      throw new Failure("environment", {
        what: `there is no database: the stack "${this.stackName(flags)}" is not up`,
        remedy: "run `orders up`, or set DATABASE_URL",
      });
    }
    this.print(databaseUrl);
    return { database_url: databaseUrl };
  }
}
