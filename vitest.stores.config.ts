import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** Stores of positions in real databases, with clients in a folder of packages of its own: `npm run test:stores`. */
export default defineConfig({
  ...config,
  // With "import" for all of Node, its `require` inside of pg would find modules.
  ssr: { resolve: { conditions: ["@hpx/source", "node"], externalConditions: ["@hpx/source", "node"] } },
  test: { ...config.test, include: ["packages/hpx-transport/test/stores/*.store.ts"] },
});
