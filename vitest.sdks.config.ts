import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** Real libraries over `hpx-transport/fetch`, in a folder of packages of its own: `npm run test:sdks`. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ["packages/hpx-transport/test/sdks/*.sdk.ts"],
    reporters: ["default", "./packages/hpx-transport/test/sdks/vitest-figures.ts"],
  },
});
