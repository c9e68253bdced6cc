import { setTimeout as wait } from "node:timers/promises";
import type { DatabaseSettings } from "./open-database.ts";
import { newClient } from "./open-database.ts";
import { isPooled } from "./session-client.ts";

export interface ListenOptions {
  readonly settings: DatabaseSettings;
  readonly applicationName: string;
  /** A name of ours, never text of others. */
  readonly channel: string;
  /** Called for each notification, and once after each connection: some may have been missed. */
  readonly onNotified: () => void;
}

const firstPauseMs = 200;
const longestPauseMs = 10_000;
const askEveryMs = 15_000;

/**
 * Listens on a session of its own, made anew when it breaks. Where a pooler gives each transaction
 * another session there is nothing to listen on: then it is silent, and whoever waits must look for
 * himself now and then.
 * @returns what ends it.
 */
export function listen(options: ListenOptions): () => Promise<void> {
  const stop = new AbortController();
  const running = keepListening(options, stop.signal);
  return async () => {
    stop.abort();
    await running;
  };
}

async function keepListening(options: ListenOptions, signal: AbortSignal): Promise<void> {
  for (
    let pauseMs = firstPauseMs;
    !signal.aborted;
    pauseMs = Math.min(2 * pauseMs, longestPauseMs)
  ) {
    const client = newClient(options.settings, options.applicationName);
    const broken = new AbortController();
    client.on("error", () => broken.abort());
    client.on("end", () => broken.abort());
    client.on("notification", () => options.onNotified());
    try {
      await client.connect();
      if (await isPooled(client)) return;
      await client.query(`LISTEN ${options.channel}`);
      options.onNotified();
      pauseMs = firstPauseMs;
      const ended = AbortSignal.any([signal, broken.signal]);
      while (!ended.aborted) {
        await wait(askEveryMs, undefined, { signal: ended }).catch(() => {});
        // A server that vanished without closing the connection is noticed.
        if (!ended.aborted) await client.query("SELECT 1");
      }
    } catch {
      // Told by whoever asks this database for more than to be woken.
    } finally {
      await client.end().catch(() => {});
    }
    await wait(pauseMs, undefined, { signal }).catch(() => {});
  }
}
