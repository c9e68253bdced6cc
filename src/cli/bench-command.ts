import { OrdersCommand } from "./orders-command.ts";
import type { BenchOutput } from "./run-bench.ts";

export abstract class BenchCommand extends OrdersCommand {
  protected output(): BenchOutput {
    return {
      quiet: this.quiet,
      print: (text) => this.print(text),
      note: (text) => this.note(text),
      endWith: (exitCode) => this.endWith(exitCode),
    };
  }
}
