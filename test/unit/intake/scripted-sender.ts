import type { MessageSender, OutgoingMessage } from "../../../src/ports/log.ts";
import { SendFailed, type SendOutcome } from "../../../src/ports/produce-outcome.ts";

/** A sender whose answers the test gives: what the publisher makes of each is what is tested. */
export class ScriptedSender implements MessageSender {
  connected = true;
  batchBytesMax: number | undefined;
  readonly sends: {
    readonly messages: readonly OutgoingMessage[];
    readonly acknowledge: () => void;
    readonly fail: () => void;
    /** Answers message by message; the connection stays. */
    readonly answer: (outcomes: readonly SendOutcome[]) => void;
  }[] = [];
  /** Values of all messages handed over, in order. */
  get handed(): string[] {
    return this.sends.flatMap(({ messages }) => messages.map(({ value }) => String(value)));
  }

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        this.connected = false;
        reject(new Error("scripted failure"));
      };
      const answer = (outcomes: readonly SendOutcome[]) =>
        reject(new SendFailed("scripted refusal", outcomes, undefined));
      this.sends.push({ messages, acknowledge: resolve, fail, answer });
    });
  }

  partitionOf(key: string): number {
    return Number(key.replace(/\D/g, "")) % 3;
  }

  /** Connects at once unless told otherwise. */
  canConnect = true;

  async connect(): Promise<void> {
    if (!this.canConnect) throw new Error("scripted: no connection");
    this.connected = true;
  }

  async probe(): Promise<void> {}

  async close(): Promise<void> {
    this.connected = false;
  }
}
