import type { Ownership } from "../group/group.js";
import { RelayedSource, type SharedContext } from "./relayed-source.js";
import type { SourceSettings } from "./settings.js";

/** The sources of a relay: which there are comes from the configuration, which of them run here from the group. */
export class SourceSet {
  readonly #context: SharedContext;
  #sources = new Map<string, RelayedSource>();
  #ownership: Ownership | undefined;

  constructor(context: SharedContext) {
    this.#context = context;
  }

  /** All of them, in the order of the configuration. */
  get all(): readonly RelayedSource[] {
    return [...this.#sources.values()];
  }

  /** The fingerprints of all, by their names. */
  get fingerprints(): ReadonlyMap<string, string> {
    return new Map([...this.#sources].map(([name, { settings }]) => [name, settings.fingerprint]));
  }

  /**
   * Takes another configuration. Sources that it has no more, or otherwise, end, and those that gave up or have ended begin
   * anew. Resolves with how many of the old ones ended, when they have.
   */
  async configure(next: ReadonlyMap<string, SourceSettings>): Promise<number> {
    const kept = new Map<string, RelayedSource>();
    const ended: RelayedSource[] = [];
    for (const [name, source] of this.#sources) {
      if (isUntouched(source, next.get(name))) kept.set(name, source);
      else ended.push(source);
    }
    await Promise.all(ended.map((source) => source.stop()));
    this.#sources = new Map(
      [...next].map(([name, settings]) => [name, kept.get(name) ?? new RelayedSource(settings, this.#context)]),
    );
    this.#apply();
    return ended.length;
  }

  /** Runs what is this process's to run, and leaves the rest to others. */
  own(ownership: Ownership): void {
    this.#ownership = ownership;
    this.#apply();
  }

  /** Reads no more of any. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#ownership = undefined;
    await Promise.all(this.all.map((source) => source.stop()));
  }

  #apply(): void {
    if (this.#ownership === undefined) return;
    for (const [name, source] of this.#sources) {
      const owner = this.#ownership.ownerOf(name) ?? "";
      if (this.#ownership.isMine(name)) source.run();
      else if (source.settings.pair && this.#ownership.isSecond(name)) source.assist(owner);
      else source.standBy(owner, this.#ownership.hasRoom(name));
    }
  }
}

/** Whether a running source stays as it is. */
function isUntouched({ settings, state }: RelayedSource, next: SourceSettings | undefined): boolean {
  if (state.kind === "failed" || state.kind === "ended") return false;
  return JSON.stringify(settings) === JSON.stringify(next);
}
