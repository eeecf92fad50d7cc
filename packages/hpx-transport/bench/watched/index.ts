import type { Contestant } from "../contestants/index.js";

/**
 * The same connection with each way of watching it. The first one is the measure of the others: another build of the
 * transport, such as that of the commit before it could be watched, at the file URL in HPX_BEFORE.
 */
export const watched: Readonly<Record<string, () => Promise<{ default: Contestant }>>> = {
  "another build": () => import("./another-build.js"),
  "another build, once more": () => import("./another-build.js"),
  "nobody watches": () => import("../contestants/hpx-for-await.js"),
  "pino at info": () => import("./pino-at-info.js"),
  "OpenTelemetry, collecting every second": () => import("./open-telemetry.js"),
  "a subscriber to every diagnostics channel": () => import("./diagnostics.js"),
  "a logger that is told of each event": () => import("./debug-logger.js"),
};
