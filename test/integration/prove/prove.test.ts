import { expect, it } from "vitest";
import type { Narrator } from "../../../src/ports/narrator.ts";
import { choose } from "../../../src/prove/choose.ts";
import { prove } from "../../../src/prove/prove.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import { testSettings } from "../services.ts";

const narrator: Narrator = { step: (_title, work) => work(() => {}) };

/** Databases and topics that no proof may leave behind. */
async function own(): Promise<readonly string[]> {
  const settings = testSettings();
  const database = openDatabase(settings, { applicationName: "orders test", poolSize: 1 });
  const { rows } = await database.query<{ datname: string }>({
    text: "SELECT datname FROM pg_database WHERE datname LIKE 'orders_prove_%'",
  });
  await database.close();
  const topics = await withAdmin(createKafka(settings, "orders-test"), (admin) =>
    admin.listTopics(),
  );
  return [
    ...rows.map(({ datname }) => datname),
    ...topics.filter((topic) => topic.startsWith("orders_prove_")),
  ].toSorted();
}

function run(only: readonly string[], signal = new AbortController().signal) {
  const options = { ...choose(only), rounds: 1, seed: "test", signal };
  return prove(testSettings(), options, narrator);
}

it("finds what is broken by the checks that were named and no other, is silent at what is not, and leaves nothing", async () => {
  const before = await own();
  const proof = await run([
    // Two transactions that meet, a group that keeps no offsets, a write behind the back, and a shop.
    ...["lost-update", "half-dropped-no-offsets", "stock-changed-by-hand", "events-swapped"],
    ...["small-consumer", "batch"],
  ]);
  expect(proof.verdict, proof.reason).toBe("consistent");
  expect(proof.faults.map(({ fault, fired }) => [fault, fired])).toEqual([
    ["lost-update", ["reserved-matches-orders", "stock-moved-by-orders"]],
    ["half-dropped-no-offsets", ["accepted-decided-once", "messages-decided-once"]],
    ["stock-changed-by-hand", ["total-matches-movements", "stock-moved-by-orders"]],
    ["events-swapped", ["events-in-order"]],
  ]);
  expect(proof.sound.map(({ system, verdict }) => [system, verdict])).toEqual([
    ["small-consumer", "consistent"],
    ["batch", "consistent"],
  ]);
  expect(await own()).toEqual(before);
});

it("is violated where a fault is named that its checks do not find", async () => {
  const { faults } = choose(["small-consumer", "undersell"]);
  // The right consumer, said to be wrong.
  const options = {
    faults: faults.map((fault) => ({ ...fault, consume: undefined })),
    ...{ sound: [], rounds: 0, seed: "test", signal: new AbortController().signal },
  };
  const proof = await prove(testSettings(), options as never, narrator);
  expect(proof).toMatchObject({
    verdict: "violated",
    faults: [{ missed: ["rejections-justified"] }],
  });
});

it("ends when it is told to, and leaves nothing", async () => {
  const before = await own();
  const stop = new AbortController();
  const running = run(["lost-update", "batch", "spread", "shop"], stop.signal);
  setTimeout(() => stop.abort(new Error("enough")), 1_500);
  await expect(running).rejects.toThrow("enough");
  expect(await own()).toEqual(before);
});
