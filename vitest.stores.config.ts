import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** Stores of positions in real databases, with clients in a folder of packages of its own: `npm run test:stores`. */
export default defineConfig({
  ...config,
  test: { ...config.test, include: ["packages/hpx-transport/test/stores/*.store.ts"] },
});
