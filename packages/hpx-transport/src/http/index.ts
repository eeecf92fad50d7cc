export * from "./shared-index.js";
export { UndiciClient } from "./undici-client.js";
