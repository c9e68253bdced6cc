#!/usr/bin/env -S node --import tsx
// Runs the commands from src, without a build. For working on orders itself.
import { execute } from "@oclif/core/execute";

await execute({ dir: import.meta.url, development: true });
