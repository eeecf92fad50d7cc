export * from "./shared-index.js";
export { UndiciClient } from "./no-undici-client.js";
