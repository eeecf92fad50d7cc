import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { CursorStore } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";

/** Which store a process opens, and where. */
export interface StorePlan {
  readonly kind: "file";
  /** A folder, a file, a URL or a port. */
  readonly place: string;
}

/** A store, and what a consumer needs beside it. */
export interface OpenedStore {
  readonly store: CursorStore;
  /** Runs `work` in a transaction of the store's database; `add` writes to the ledger in it. */
  readonly transaction?: (work: (tx: unknown, add: (id: string) => Promise<void>) => Promise<void>) => Promise<void>;
  /** The ids in the ledger of the database, in the order of their commits. */
  readonly ledger?: () => Promise<string[]>;
  /** Closes what the store does not close: it is the user's. */
  readonly close: () => Promise<void>;
}

export async function openStore({ kind, place }: StorePlan): Promise<OpenedStore> {
  switch (kind) {
    case "file": {
      const store = new FileCursorStore(place);
      return { store, close: () => store.close() };
    }
  }
}

/** A ledger in a file: a line for each event that was worked on. What is appended survives the death of the process. */
export const fileLedger = {
  add: (path: string, id: string): void => appendFileSync(path, `${id}\n`),
  read: (path: string): string[] => (existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : []),
};
