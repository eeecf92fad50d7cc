/**
 * Positions in a key-value bucket of NATS JetStream, through your own bucket of `@nats-io/kv`, or of the older package nats.
 *
 * @example
 * import { Kvm } from "@nats-io/kv";
 * import { connect } from "@nats-io/transport-node";
 * import { DurableCursor } from "hpx-transport/durable";
 * import { NatsCursorStore } from "hpx-transport/durable/nats";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const kv = await new Kvm(await connect()).create("cursors", { allow_direct: false });
 * const cursor = new DurableCursor({ name: "prices", store: new NatsCursorStore(kv) });
 * for await (const { data, position } of SseConnection.open({ url: "https://example.com/prices", cursor })) {
 *   console.log(position, data);
 * }
 *
 * @remarks
 * - {@link NatsCursorStore}: how durable a save is
 * - {@link NatsKv}, {@link NatsKvEntry}: what it needs of a bucket
 *
 * @module hpx-transport/durable/nats
 */
export type { NatsKv, NatsKvEntry } from "./entry.js";
export { NatsCursorStore } from "./nats-store.js";
