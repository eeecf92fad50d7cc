import { TransportError } from "hpx-transport";
import type { Database, OpenDatabase } from "./driver.js";

/**
 * Lets one process at a time append to a file: an open transaction on a second database beside it. The system ends it with
 * its process, however that ends. A lock on the file itself would shut out those who only read.
 *
 * @throws {TransportError} `CONFIG` where another process has it
 */
export function lockFile(path: string, open: OpenDatabase): Database {
  const lock = open(`${path}.lock`, { readOnly: false });
  try {
    lock.exec("pragma busy_timeout = 0");
    lock.exec("begin exclusive");
    return lock;
  } catch (error) {
    lock.close();
    throw TransportError.config(
      "log",
      `sqlite:${path}`,
      `another relay appends to this file (${(error as Error).message}): stop it, or name another file`,
    );
  }
}
