import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// The `@hpx/source` condition lets the tests run the workspace's TypeScript without building it.
const conditions = ["@hpx/source", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "scripts/**/*.test.{ts,mjs}", "{runtimes,works-with}/test/**/*.test.ts"],
    // Slow ones have a configuration of their own, vitest.slow.config.ts; packages of test folders bring tests of theirs.
    exclude: ["**/*.slow.test.ts", "**/node_modules/**"],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Most tests wait most of the time: more of them than cores run at once, files and tests within a file.
    maxWorkers: Math.max(4, availableParallelism()),
    maxConcurrency: 8,
    reporters: ["default", "./scripts/count-reporter.ts"],
  },
});
