import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** Tests of half a minute and more, one at a time because they measure memory: `npm run test:slow`. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ["packages/*/test/**/*.slow.test.ts"], exclude: [], maxWorkers: 1 },
});
