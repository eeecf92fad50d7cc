/**
 * Positions in a folder, for programs on Node. One log for all names in it: a save is an append and an fdatasync.
 *
 * @example
 * import { DurableCursor } from "hpx-transport/durable";
 * import { FileCursorStore } from "hpx-transport/durable/file";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const cursor = new DurableCursor({ name: "prices", store: new FileCursorStore("./cursors") });
 * for await (const { data, position } of SseConnection.open({ url: "https://example.com/prices", cursor })) {
 *   console.log(position, data);
 * }
 *
 * @remarks
 * - {@link FileCursorStore}: what is durable when, who may share a folder, and what can go wrong
 *
 * @module hpx-transport/durable/file
 */
export { FileCursorStore } from "./file-store.js";
