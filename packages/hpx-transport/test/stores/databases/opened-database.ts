import type { OpenedStore } from "../../durable/processes/open-store.js";

/** A store in a database, with the user's client of it. */
export interface OpenedDatabase extends OpenedStore {
  /** Makes the record of a name unreadable. */
  readonly damage: (name: string) => Promise<void>;
}
