export * from "./shared.js";
export { DispatcherClient, NodeClient } from "./no-node.js";
