import { accessSync, closeSync, constants, lstatSync, openSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./text.js";
import { shown, wrongValue } from "./usage.js";

/** Only its owner may read and write it: a result may hold private data. */
const MODE = 0o600;
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/**
 * A file for results, which only the user of this process may read. It replaces no other file, also no target of a
 * link, unless `force` is true; then the new file takes the name, and the target of a link stays as it is.
 */
export class PrivateFile {
  readonly #path: string;
  readonly #kind: "new" | "existing" | "device";
  /** For a path that stands for an open file, such as /dev/stdout. */
  readonly #opened: number | undefined;

  /** Checks whether the file can be made, and makes nothing. `option` names it in errors, which are `UsageError`. */
  constructor(option: string, path: string, force: boolean) {
    // It would be a file with the name "-", and users mean standard output.
    if (path === "-") throw wrongValue(option, shown(path), "it takes a file; /dev/stdout is one");
    this.#path = path;
    this.#opened = openedAs(path);
    try {
      this.#kind = kindOf(path);
      if (this.#kind !== "device") accessSync(dirname(path), constants.W_OK);
    } catch (error) {
      throw wrongValue(option, `${shown(path)} (${errorCode(error)})`, "it takes a file that can be written");
    }
    if (this.#kind === "existing" && !force) {
      throw wrongValue(
        option,
        `${shown(path)} (it exists)`,
        "it takes the name of a new file; --force replaces this one",
      );
    }
  }

  /** Makes the file and opens it, for {@link close}. */
  open(): number {
    if (this.#opened !== undefined) return this.#opened;
    if (this.#kind === "device") return openSync(this.#path, "a");
    if (this.#kind === "new") return openSync(this.#path, NEW, MODE);
    const fresh = `${this.#path}.${process.pid}.new`;
    const file = openSync(fresh, NEW, MODE);
    renameSync(fresh, this.#path);
    return file;
  }

  /** Standard output stays open, for others to write to. */
  close(file: number): void {
    if (file !== this.#opened) closeSync(file);
  }

  /** Makes the file with this content. */
  write(text: string): void {
    const file = this.open();
    try {
      writeFileSync(file, text);
    } finally {
      this.close(file);
    }
  }
}

function openedAs(path: string): number | undefined {
  if (path === "/dev/stdout") return 1;
  if (path === "/dev/stderr") return 2;
  const [, number] = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** What a path leads to: a pipe, a terminal and standard output are no files that could be replaced. Throws system errors. */
function kindOf(path: string): "new" | "existing" | "device" {
  if (openedAs(path) !== undefined) return "device";
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "new";
  const target = statSync(path, { throwIfNoEntry: false });
  if (target?.isDirectory() && !found.isSymbolicLink()) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
  return target === undefined || target.isFile() || target.isDirectory() ? "existing" : "device";
}
