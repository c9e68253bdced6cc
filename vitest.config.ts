import { defineConfig } from "vitest/config";

const globalSetup = ["test/services/boot.ts"];
/** Tests with processes of their own share two cores with everything else. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    reporters: ["default", "./test/reporters/closing-line.ts"],
    // Real services on the same machine: more files at once only make each slower.
    maxWorkers: 2,
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 30_000 } },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          globalSetup,
          ...patience,
        },
      },
      { test: { name: "cli", include: ["test/cli/**/*.test.ts"], globalSetup, ...patience } },
      ...(process.env.ORDERS_TEST_LONG === undefined
        ? []
        : [
            {
              test: { name: "long", include: ["test/long/**/*.test.ts"], globalSetup, ...patience },
            },
          ]),
    ],
  },
});
