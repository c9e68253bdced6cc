import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { Failure } from "../failure/failure.ts";
import { shownJson, shownLines, shownPlainLines } from "../failure/shown.ts";
import { requireCertificateFiles } from "../runtime/settings/certificate-files.ts";
import { type ConfigFile, readConfigFile } from "../runtime/settings/config-file.ts";
import { resolveSettings } from "../runtime/settings/resolve-settings.ts";
import type { ResolvedSettings } from "../runtime/settings/resolved-settings.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { maskSecret } from "../runtime/settings/show-settings.ts";
import { isStackName } from "../runtime/stack/stack-paths.ts";
import { isOwnStack } from "../runtime/stack/stack-record.ts";
import { databaseUrlFor } from "../runtime/stack/stack-roles.ts";
import { type StackSettings, stackSettings } from "../runtime/stack/stack-settings.ts";
import type { CommandOutput } from "./command-output.ts";
import type { Loss } from "./demand-consent.ts";
import { demandSameSystem } from "./demand-same-system.ts";
import { failureJson, failureText, toFailure } from "./render-failure.ts";
import { settingsFromFlags } from "./setting-flags.ts";

/** Of every command that removes what cannot be brought back. */
export const yesFlag = Flags.boolean({
  summary: "do it without asking; needed in scripts",
  default: false,
});

/**
 * What every command shares: --json, --quiet, --stack, --config, settings, and errors that say what
 * happened, what it means and what to do. Commands call once into a room and render once.
 */
export abstract class OrdersCommand extends Command {
  static override enableJsonFlag = true;

  /** Where this call looks for its services, once it knows. */
  #settings: Pick<Settings, "brokers" | "databaseUrl"> | undefined;

  static override baseFlags = {
    stack: Flags.string({
      summary: "name of the stack; each has its own processes, data and ports [env: ORDERS_STACK]",
      helpGroup: "GLOBAL",
      helpValue: "NAME",
    }),
    config: Flags.string({
      summary: "config file (TOML) [env: ORDERS_CONFIG, default ./orders.toml]",
      helpGroup: "GLOBAL",
      helpValue: "FILE",
    }),
    quiet: Flags.boolean({
      summary: "no progress and no remarks on stderr, only errors",
      helpGroup: "GLOBAL",
    }),
  };

  /** The stack that this command is about. */
  protected stackName(flags: { readonly stack?: string | undefined }): string {
    const name = flags.stack ?? (process.env.ORDERS_STACK || "default");
    if (isStackName(name)) return name;
    throw new Failure("usage", {
      what: `"${name}" cannot be the name of a stack`,
      meaning: "it becomes part of file names and of Docker's project name",
      remedy:
        "use 1 to 40 small letters, digits, - or _, beginning with a letter or digit; not runs",
    });
  }

  /** Settings in force for this call, and where each came from. */
  protected resolved(flags: Readonly<Record<string, unknown>>): ResolvedSettings {
    const stack = this.stackName(flags as { stack?: string });
    const resolved = resolveSettings({
      flags: settingsFromFlags(flags),
      environment: process.env,
      file: this.configFile(flags),
      stack: this.stackLayer(stack),
      stackIsOurs: isOwnStack(stack),
    });
    requireCertificateFiles(resolved.values);
    this.#settings = resolved.values;
    hideInProcessList(flags["database-url"]);
    return resolved;
  }

  /**
   * The same for commands that change or load what they reach: where --stack, or ORDERS_STACK, names
   * one system and the environment or the config file another, nobody can know which was meant.
   * @throws Failure("usage")
   */
  protected resolvedToChange(flags: Readonly<Record<string, unknown>>): ResolvedSettings {
    const resolved = this.resolved(flags);
    const stack = this.stackName(flags as { stack?: string });
    const layer = this.stackLayer(stack);
    if (flags.stack !== undefined) return demandSameSystem(stack, layer, resolved);
    // In the shell, too, a stack that is up is named; one that is not may be left over from yesterday.
    return process.env.ORDERS_STACK && layer !== undefined
      ? demandSameSystem(stack, layer, resolved, "ORDERS_STACK")
      : resolved;
  }

  /** The same for commands that only read: in the database of a stack, as the user who may no more. */
  protected resolvedToRead(flags: Readonly<Record<string, unknown>>): ResolvedSettings {
    const resolved = this.resolved(flags);
    const databaseUrl = databaseUrlFor(resolved.values.databaseUrl, "reader");
    return { ...resolved, values: { ...resolved.values, databaseUrl } };
  }

  /** Shows what is about to go, and goes on only where somebody agreed: src/cli/demand-consent.ts. */
  protected async demandConsent(yes: boolean, loss: Loss): Promise<void> {
    const { demandConsent } = await import("./demand-consent.ts");
    const terminals = process.stdin.isTTY === true && process.stderr.isTTY === true;
    // Under --quiet the list of what goes would not be seen: nobody can agree to that.
    const canAsk = terminals && !this.jsonEnabled() && !this.quiet;
    await demandConsent(loss, { yes, canAsk, note: (text) => this.note(text) });
  }

  /** What the stack itself brings to the settings. */
  protected stackLayer(stack: string): StackSettings | undefined {
    return stackSettings(stack);
  }

  /** The config file in force for this call. */
  protected configFile(flags: Readonly<Record<string, unknown>>): ConfigFile | undefined {
    const named = flags.config as string | undefined;
    return readConfigFile(named ?? (process.env.ORDERS_CONFIG || undefined));
  }

  /**
   * The exit code follows from the result, but the result must still be printed: so it is set, not
   * thrown (`this.exit` would replace the JSON with an EEXIT error).
   */
  protected endWith(exitCode: number): void {
    process.exitCode = exitCode;
  }

  /** Asked for before the flags are parsed, too: whether progress and remarks are kept back. */
  protected get quiet(): boolean {
    const end = this.argv.indexOf("--");
    return (end === -1 ? this.argv : this.argv.slice(0, end)).includes("--quiet");
  }

  /** Data, to stdout; silent under --json, where the typed result is the output. */
  protected print(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(`${shownLines(text)}\n`);
  }

  /** Remarks, to stderr, under --json too; only --quiet keeps them back. */
  protected note(text: string): void {
    if (!this.quiet) process.stderr.write(`${shownPlainLines(text)}\n`);
  }

  /** For what several commands do around their work. */
  protected output(): CommandOutput {
    return {
      quiet: this.quiet,
      print: (text) => this.print(text),
      note: (text) => this.note(text),
      endWith: (exitCode) => this.endWith(exitCode),
    };
  }

  override logJson(json: unknown): void {
    process.stdout.write(`${shownJson(json, 2)}\n`);
  }

  /**
   * The last chance to say whose fault it is: what a service caused, wherever it came up, is the
   * environment's. Loaded only now, since a command that goes well needs neither.
   */
  async #explain(error: Error): Promise<Error> {
    if (error instanceof Failure || "oclif" in error) return error;
    const [{ explainDatabaseError }, { explainKafkaError }] = await Promise.all([
      import("../runtime/postgres/database-failure.ts"),
      import("../runtime/kafka/kafka-failure.ts"),
    ]);
    const { brokers, databaseUrl } = this.#settings ?? {};
    return explainDatabaseError(explainKafkaError(error, brokers), databaseUrl) as Error;
  }

  /** Every result under --json says what the process ended with: logs and artifacts outlive it. */
  protected override toSuccessJson(result: unknown): unknown {
    if (typeof result !== "object" || result === null || Array.isArray(result)) return result;
    return { ...result, exit_code: Number(process.exitCode ?? 0) };
  }

  protected override async catch(error: Error & { exitCode?: number }): Promise<unknown> {
    const failure = toFailure(await this.#explain(error), this.id);
    process.exitCode = failure.exitCode;
    if (this.jsonEnabled()) this.logJson(failureJson(failure));
    else process.stderr.write(`${failureText(failure)}\n`);
    return undefined;
  }
}

/** A password in --database-url would stand in `ps` for as long as the command runs. */
function hideInProcessList(databaseUrl: unknown): void {
  if (typeof databaseUrl !== "string") return;
  const shown = process.argv.map((text) =>
    text.replace(databaseUrl, maskSecret("database-url", databaseUrl)),
  );
  process.title = ["orders", ...shown.slice(2)].join(" ");
}
