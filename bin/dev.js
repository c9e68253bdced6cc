#!/usr/bin/env -S node --import tsx
// Runs the commands from src, without a build. For working on orders itself.
import { execute } from "@oclif/core/execute";
import { tellUnexpected } from "../src/cli/tell-unexpected.ts";
import { nameAccount } from "../src/runtime/lifecycle/name-account.ts";
import { answerForLostOutput, outputTaken } from "../src/runtime/lifecycle/output/end-of-output.ts";
import { guardOutput } from "../src/runtime/lifecycle/output/guarded-streams.ts";
import { catchUnexpectedEnds } from "../src/runtime/lifecycle/unexpected-end.ts";

catchUnexpectedEnds(tellUnexpected);
nameAccount();
guardOutput();
answerForLostOutput();
await execute({ dir: import.meta.url, development: true });
await outputTaken();
