import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type FolderLock, PATIENCE } from "./lock.js";
import { locked } from "./problems.js";

/** All bytes that an address of a Unix socket may have: some versions of Node fill it up with zeros, others do not. */
const ADDRESS_LENGTH = 108;
const WAY_OUT = "it is stopped or busy: end it, or use another folder";

/**
 * A lock on Linux: a socket that listens at an abstract address made of the folder's device and inode. The kernel gives an
 * address to one socket, and takes it back when the process ends.
 *
 * The lock is kept from commit to commit, which costs nothing, until another process connects: that asks for it. The holder
 * lets go after the commit under way by closing both sockets, which wakes the other. The file `cursors.pid` has the holder's
 * process id, for errors only.
 */
export class SocketLock implements FolderLock {
  onWanted: () => void = () => {};
  readonly #address: string;
  readonly #pidFile: string;
  readonly #patience: number;
  #server: Server | undefined;
  readonly #waiting = new Set<Socket>();

  private constructor(address: string, pidFile: string, patience: number) {
    this.#address = address;
    this.#pidFile = pidFile;
    this.#patience = patience;
  }

  /** The lock of a folder, by whatever path it is called. `patience`: milliseconds to wait for it. */
  static async of(folder: string, patience: number = PATIENCE): Promise<SocketLock> {
    const { dev, ino } = await stat(folder, { bigint: true });
    const address = `\0hpx-cursors-${dev}-${ino}-`.padEnd(ADDRESS_LENGTH, "-");
    return new SocketLock(address, join(folder, "cursors.pid"), patience);
  }

  get wanted(): boolean {
    return this.#waiting.size > 0;
  }

  async acquire(): Promise<boolean> {
    if (this.#server !== undefined) return false;
    const end = Date.now() + this.#patience;
    for (;;) {
      this.#server = await this.#bind();
      if (this.#server !== undefined) {
        await writeFile(this.#pidFile, String(process.pid)).catch(() => {});
        return true;
      }
      if (Date.now() >= end) throw locked(await readPid(this.#pidFile), this.#patience, WAY_OUT);
      await askToRelease(this.#address, end);
    }
  }

  async release(): Promise<void> {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }

  /** `undefined` where another has the address. */
  async #bind(): Promise<Server | undefined> {
    const server = createServer((socket) => this.#asked(socket));
    // `exclusive`: a worker of node:cluster would get the socket of its siblings.
    server.listen({ path: this.#address, exclusive: true }).unref();
    try {
      await once(server, "listening");
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
      throw error;
    }
  }

  #asked(socket: Socket): void {
    this.#waiting.add(socket);
    socket.unref();
    socket.on("error", () => {});
    socket.on("close", () => this.#waiting.delete(socket));
    socket.resume();
    this.onWanted();
  }
}

/** Resolves when the holder has let go, or is gone, and at `end`. */
async function askToRelease(address: string, end: number): Promise<void> {
  const socket = connect(address).resume();
  const timer = setTimeout(() => socket.destroy(), Math.max(0, end - Date.now()));
  try {
    await once(socket, "close");
  } catch {
    // Refused: the holder has let go since. Full backlog: many others wait.
    await new Promise((resolve) => setTimeout(resolve, 1));
  } finally {
    clearTimeout(timer);
  }
}

async function readPid(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text === "" ? undefined : text;
}
