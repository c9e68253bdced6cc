import type { Fault } from "../fault.ts";
import { dropOnLockFailure } from "./drop-on-lock-failure.ts";
import { lostUpdate } from "./lost-update.ts";
import { wrongQuantity } from "./wrong-quantity.ts";

/** All that a system may do wrong, in the order in which it is reported. */
export const faults: readonly Fault[] = [lostUpdate, dropOnLockFailure, wrongQuantity];
