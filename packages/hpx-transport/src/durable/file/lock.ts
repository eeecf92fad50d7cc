/** Lets one process at a time write to a folder. It dies with its process, however that ends. */
export interface FolderLock {
  /** Somebody waits for the lock: it is released after the commit under way. */
  readonly wanted: boolean;
  /** Called when `wanted` becomes true. */
  onWanted: () => void;
  /**
   * Takes the lock, and waits for it. Resolves with whether it was not held already: then others may have written.
   *
   * @throws {Error} where the holder does not let go
   */
  acquire(): Promise<boolean>;
  /** Lets go of it; it may be taken again. */
  release(): Promise<void>;
}

/** How long a process waits for the lock, in milliseconds. Its holder lets go after one commit. */
export const PATIENCE = 10_000;
