import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** The built website in headless Chromium, over the packages of docs: `npm run docs` and then `npm run test:docs`. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ["docs/website/test/*.test.mjs"],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
