import type { BootProgress } from "./boot-progress.ts";
import { bootSteps } from "./boot-steps.ts";
import { bringUp } from "./bring-up.ts";
import type { BringUpOptions } from "./bring-up-options.ts";
import { chooseStackEngine } from "./choose-stack-engine.ts";
import type { EngineChoice } from "./engines/choose-engine.ts";
import type { EngineName } from "./engines/engine.ts";
import { engineOf } from "./engines/engine-of.ts";
import { refuseForeignLogging } from "./engines/external/refuse-foreign-logging.ts";
import { refuseAuth } from "./engines/refuse-auth.ts";
import { demandNaiveAllowed, refuseForeignNaive } from "./engines/refuse-naive.ts";
import { servicesIn } from "./services/profile.ts";
import { knownServices } from "./services/services.ts";
import type { StackStatus } from "./stack-status.ts";

/** A boot as a person asks for it: by an engine's name, or by none. */
export interface BootOptions extends Omit<BringUpOptions, "engine" | "why" | "services"> {
  readonly engine: EngineName | "auto";
}

/** What a person sees of a boot. */
export interface BootView {
  chosen(choice: EngineChoice): void;
  /** Shows the steps while the boot is under way. */
  during<T>(
    steps: ReturnType<typeof bootSteps>,
    boot: (progress: BootProgress) => Promise<T>,
  ): Promise<T>;
}

/**
 * Chooses the engine, refuses what it cannot or may not do, and boots.
 * @throws Failure("usage") for what is refused, and what chooseStackEngine and bringUp throw.
 */
export async function bootStack(options: BootOptions, view: BootView): Promise<StackStatus> {
  const { stack, settings, allowNaive, logStatements } = options;
  demandNaiveAllowed(settings.values.strategy, allowNaive);
  const choice = await chooseStackEngine(stack, options.engine, settings);
  refuseForeignNaive(choice.engine, allowNaive);
  view.chosen(choice);
  refuseForeignLogging(choice.engine, logStatements);
  refuseAuth(choice.engine, settings);
  const engine = await engineOf(choice.engine);
  const steps = bootSteps(servicesIn(options.profile, knownServices), options);
  return view.during(steps, (progress) =>
    bringUp({ ...options, engine, why: choice.why }, progress),
  );
}
