import { allOrNone } from "../lifecycle/all-or-none.ts";
import { openDatabase } from "../postgres/open-database.ts";
import { permitNaive } from "../postgres/tables/naive-permit.ts";
import type { BootProgress } from "./boot-progress.ts";
import { beginFirstEpoch } from "./prepare-database.ts";
import type { Needs } from "./services/needs.ts";
import type { Proof } from "./services/preparation.ts";
import type { EngineService } from "./services/service.ts";
import { type Infra, waitForService } from "./wait-for-infra.ts";
import type { Wait } from "./wait-until.ts";

/** Each service as soon as it answers (topics, tables), then the first epoch. */
export async function prepareInfra(
  infra: Infra,
  services: readonly EngineService[],
  wait: Wait,
  options: {
    readonly needs: Needs;
    readonly migrate: boolean;
    readonly allowNaive: boolean;
    readonly logStatements?: boolean | undefined;
  },
  progress: BootProgress,
): Promise<void> {
  const { context, kafka, settings } = infra;
  const { migrate, logStatements, allowNaive, needs } = options;
  const database = openDatabase(settings, { applicationName: "orders up", poolSize: 2 });
  try {
    await allOrNone(
      wait.signal,
      services.map((service) => async (signal) => {
        const proof = proofOf(infra, { ...wait, signal }, progress);
        await service.prepare({
          ...proof,
          ...{ directory: context.directory, database, needs, migrate, logStatements },
          untilItAnswers: (ask) => waitForService(infra, proof.wait, service, ask),
        });
      }),
    );
    await beginFirstEpoch(database, kafka, settings.topic);
    if (allowNaive) await permitNaive(database);
  } finally {
    await database.close();
  }
}

/** That each really works, as far as that can be said. */
export async function proveInfra(
  infra: Infra,
  services: readonly EngineService[],
  wait: Wait,
  progress: BootProgress,
): Promise<void> {
  await allOrNone(
    wait.signal,
    services.map((service) => async (signal) => {
      await service.prove?.(proofOf(infra, { ...wait, signal }, progress));
    }),
  );
}

function proofOf({ engine, kafka, settings }: Infra, wait: Wait, progress: BootProgress): Proof {
  return { own: engine.name !== "external", kafka, settings, wait, progress };
}
