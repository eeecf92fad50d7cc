import { randomBytes } from "node:crypto";

/** Makes the tags of one process: no append of any process ever has the tag of another one. */
export class Owner {
  /** The process's name in its group. */
  readonly id: string;
  /** Of this run of the process: its name may be used again. */
  readonly incarnation: string = randomBytes(6).toString("hex");
  #counter = 0;
  /** The revision of the group's view that the process knows; 0 without a group. */
  view = 0;

  /** `id`: letters, digits, `-` and `_`. */
  constructor(id: string) {
    this.id = id;
  }

  /** A tag for one append. */
  tag(): string {
    this.#counter += 1;
    return `${this.id}.${this.incarnation}.${this.#counter}.${this.view}`;
  }
}

/** The revision of the view in a tag; 0 where there is none. */
export function viewOf(tag: string | undefined): number {
  return Number(/^[^.]+\.[^.]+\.\d+\.(\d+)$/.exec(tag ?? "")?.[1] ?? 0);
}
