import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** Tests of behaviour that takes minutes, at full length: `npm run soak`. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ["packages/*/test/**/*.soak.ts"], testTimeout: 15 * 60_000, maxConcurrency: 20 },
});
