import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** What takes half a minute and more: `npm run test:slow`. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ["packages/*/test/**/*.slow.test.ts"], exclude: [] },
});
