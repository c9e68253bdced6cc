import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/**
 * Builds the program and boots a real Kafka and PostgreSQL of the run's own, on free ports, with
 * the program itself; stops and removes them afterwards. Where the environment names services
 * already (ORDERS_TEST_BROKERS, ORDERS_TEST_DATABASE_URL), those are used. This Kafka asks for no
 * login: tests speak to it with clients of their own. Those of a stack's login boot one.
 */
export default async function boot(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.ORDERS_TEST_BROKERS) return undefined;
  await execa("npm", ["run", "build", "--silent"], { stdio: "inherit" });
  // The state of the tests is apart from the user's own stacks; downloads are shared.
  const stateHome = mkdtempSync(join(tmpdir(), "orders-test-"));
  process.env.XDG_STATE_HOME = stateHome;
  const orders = (...args: string[]) => execa("node", ["bin/run.js", ...args, "--stack", "tests"]);
  const down = async () => {
    await orders("down", "--volumes", "--yes");
    rmSync(stateHome, { recursive: true, force: true });
  };
  try {
    await orders(
      "up",
      "--only",
      "infra",
      "--kafka-auth",
      "none",
      "--port",
      "0",
      "--kafka-port",
      "0",
      "--postgres-port",
      "0",
    );
    const { stdout } = await orders("status", "--env");
    const value = (name: string) => new RegExp(`^export ${name}='?(.*?)'?$`, "m").exec(stdout)?.[1];
    const [brokers, databaseUrl] = [value("KAFKA_BROKERS"), value("DATABASE_URL")];
    if (brokers === undefined || databaseUrl === undefined)
      throw new Error(`status --env said: ${stdout}`);
    process.env.ORDERS_TEST_BROKERS = brokers;
    process.env.ORDERS_TEST_DATABASE_URL = databaseUrl;
    return down;
  } catch (error) {
    // What went wrong is the boot; that nothing can be stopped then would only hide it.
    await down().catch(() => {});
    throw error;
  }
}
