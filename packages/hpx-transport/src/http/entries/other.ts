export * from "./shared.js";
export { UndiciClient } from "./no-node.js";
