import { closestName } from "../failure/closest-name.ts";
import { Failure } from "../failure/failure.ts";
import type { Fault } from "./fault.ts";
import { faults } from "./faults/registry.ts";
import { soundSystems } from "./sound/registry.ts";
import type { SoundSystem } from "./sound/sound-system.ts";

/** What there is to be run. */
export interface Chosen {
  readonly faults: readonly Fault[];
  readonly sound: readonly SoundSystem[];
}

/**
 * @param only names of faults and sound systems; none: all of them.
 * @throws Failure("usage") for a name that is neither.
 */
export function choose(only: readonly string[]): Chosen {
  if (only.length === 0) return { faults, sound: soundSystems };
  const names = [...faults, ...soundSystems].map(({ name }) => name);
  const strange = only.find((name) => !names.includes(name));
  if (strange !== undefined) {
    const meant = closestName(strange, names);
    throw new Failure("usage", {
      what: `--only ${strange}: there is no such fault, and no such sound system`,
      remedy: `${meant === undefined ? "" : `did you mean ${meant}? `}\`orders audit prove --list\` shows all of them`,
    });
  }
  const isChosen = ({ name }: { readonly name: string }) => only.includes(name);
  return { faults: faults.filter(isChosen), sound: soundSystems.filter(isChosen) };
}
