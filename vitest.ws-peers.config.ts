import { defineConfig } from "vitest/config";
import config from "./vitest.config.js";

/** WebSocket servers and clients of other projects: `npm run test:ws-peers`. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ["packages/hpx-transport/test/ws-peers/*.peer.ts"],
    testTimeout: 60_000,
  },
});
