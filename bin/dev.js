#!/usr/bin/env -S node --import tsx
// Runs the commands from src, without a build. For working on orders itself.
import { execute } from "@oclif/core/execute";
import { tellUnexpected } from "../src/cli/unexpected-end.ts";
import { answerForLostOutput, outputTaken } from "../src/runtime/output/end-of-output.ts";
import { guardOutput } from "../src/runtime/output/guarded-streams.ts";
import { nameAccount } from "../src/runtime/processes/nameless-account.ts";
import { catchUnexpectedEnds } from "../src/runtime/processes/unexpected-end.ts";

catchUnexpectedEnds(tellUnexpected);
nameAccount();
guardOutput();
answerForLostOutput();
await execute({ dir: import.meta.url, development: true });
await outputTaken();
