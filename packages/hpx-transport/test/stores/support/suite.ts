import { join } from "node:path";
import { onTestFinished } from "vitest";
import { RemoteStore } from "../../durable/processes/remote-store.js";
import { conformance, type StorePlace } from "../../durable/stores/conformance.js";
import { type Kind, openDatabase } from "../databases/index.js";
import { crashSuite } from "./crash-suite.js";

export interface SuiteOptions {
  /** The client of the database. */
  readonly kind: Kind;
  /** An empty database, gone when the test is over. */
  readonly place: () => Promise<string>;
  /** The store has `saveIn`. */
  readonly saveIn?: true;
  /** A Node that runs the store in processes of its own; this one has no such client. */
  readonly execPath?: string | undefined;
}

/** What every store in a database must do: the conformance suite, and the crashes. */
export function suite(title: string, options: SuiteOptions): void {
  const { kind, place, execPath } = options;
  conformance(title, {
    place: async () => {
      const plan = { kind, place: await place() };
      return execPath === undefined ? placeOf(plan) : elsewhere(plan, execPath);
    },
  });
  crashSuite(title, options);
}

/** A place whose stores are in this process. */
export function placeOf(plan: { kind: Kind; place: string }): StorePlace {
  const opened = async (): ReturnType<typeof openDatabase> => {
    const database = await openDatabase(plan);
    onTestFinished(database.close);
    return database;
  };
  return {
    open: async () => (await opened()).store,
    damage: async (name) => await (await opened()).damage?.(name),
  };
}

function elsewhere(plan: { kind: Kind; place: string }, execPath: string): StorePlace {
  const program = join(import.meta.dirname, "../store-process.ts");
  const open = (): Promise<RemoteStore> => RemoteStore.start(plan, { program, execPath });
  return { open, damage: async (name) => await (await open()).damage(name) };
}
