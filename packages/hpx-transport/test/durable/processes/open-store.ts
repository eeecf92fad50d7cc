import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { CursorStore } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";

/** Which store a process opens, and where. */
export interface StorePlan {
  /** `"file"`, or one of test/stores/. */
  readonly kind: string;
  /** A folder, a file or a URL. */
  readonly place: string;
}

/** Writes an event's id to a ledger. */
export type Add = (id: string) => Promise<void>;

/** A store, and what a consumer needs beside it. */
export interface OpenedStore {
  readonly store: CursorStore;
  /** The ledger in the database of the store. */
  readonly ledger?: { readonly add: Add; read(): Promise<string[]> };
  /** Runs `work` in a transaction of the database; `add` writes to the ledger in it. */
  readonly transaction?: (work: (tx: unknown, add: Add) => Promise<void>) => Promise<void>;
  /** Makes the record of a name unreadable. */
  readonly damage?: (name: string) => Promise<void>;
  /** Closes what the store does not close: it is the user's. */
  readonly close: () => Promise<void>;
}

export async function openStore({ kind, place }: StorePlan): Promise<OpenedStore> {
  if (kind !== "file") throw new Error(`there is no store ${kind} here`);
  const store = new FileCursorStore(place);
  return { store, close: () => store.close() };
}

/** A ledger in a file: a line for each event that was worked on. What is appended survives the death of the process. */
export const fileLedger = {
  add: (path: string, id: string): void => appendFileSync(path, `${id}\n`),
  read: (path: string): string[] => (existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : []),
};
