import { SessionClient } from "../../runtime/postgres/session-client.ts";
import type { TransactionPoint } from "../failpoints.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * A connection that reaches the failpoints around and inside transactions, so that no strategy has
 * to. A statement outside BEGIN and COMMIT is a transaction by itself.
 */
export function failpointClient(reach: (point: TransactionPoint) => void): typeof SessionClient {
  class FailpointClient extends SessionClient {
    #open = false;

    // pg has eight overloads; only the text, and a callback at the end, matter here.
    override query(...args: unknown[]): never {
      const text = textOf(args[0]);
      const { before, sent, answered } = this.#stepsAt(text);
      before();
      const callback = args.at(-1);
      if (typeof callback === "function") {
        args[args.length - 1] = (error: unknown, ...result: unknown[]) => {
          if (!error) answered();
          (callback as AnyFunction)(error, ...result);
        };
      }
      const pending = (super.query as AnyFunction).apply(this, args) as Promise<unknown>;
      sent();
      if (typeof callback === "function") return pending as never;
      return pending.then((result) => {
        answered();
        return result;
      }) as never;
    }

    #stepsAt(text: string) {
      const nothing = () => {};
      if (text.startsWith("BEGIN")) {
        this.#open = true;
        return { before: () => reach("before-transaction"), sent: nothing, answered: nothing };
      }
      if (text === "ROLLBACK") {
        this.#open = false;
        return { before: nothing, sent: nothing, answered: nothing };
      }
      const commits = text === "COMMIT";
      if (this.#open && !commits)
        return { before: nothing, sent: nothing, answered: () => reach("between-statements") };
      this.#open = false;
      return {
        before: () => reach(commits ? "before-commit" : "before-transaction"),
        sent: () => reach("commit-sent"),
        answered: () => reach("committed"),
      };
    }
  }
  return FailpointClient as unknown as typeof SessionClient;
}

function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  if (typeof query === "object" && query !== null && "text" in query) return String(query.text);
  return "";
}
