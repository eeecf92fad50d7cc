import { Pause } from "../commit/pause.js";
import type { GroupStore, GroupView } from "../log/log.js";
import { type MemberFacts, readFacts, writeFacts } from "./facts.js";
import { type Candidate, place, ranked } from "./placement.js";

/** Renewals within one time to live. */
const RENEWALS = 3.3;

/** Who runs which source, as this member sees it. It decides who tries: the log decides what is right. */
export interface Ownership {
  /** The revision of the view; 0 without a group. */
  readonly revision: number;
  /** The names of the members, for people. */
  readonly members: readonly string[];
  /** The source is this process's to run. */
  isMine(source: string): boolean;
  /** This process is the second in rank: it runs the source if the first cannot. */
  isSecond(source: string): boolean;
  /** The name of the process that runs it; `undefined` where none may. */
  ownerOf(source: string): string | undefined;
  /** Members would run the source, and one of them has room for it. Without a group, and before it is joined, there is room. */
  hasRoom(source: string): boolean;
  /** The members that know the source by another configuration. */
  differing(source: string): readonly string[];
}

/** This process as a member of a group: announces itself, watches the others, and tells who runs what. */
export class Group {
  readonly #store: GroupStore;
  readonly #key: string;
  readonly #stop = new AbortController();
  readonly #onChange: (ownership: Ownership) => void;
  #facts: MemberFacts;
  #view: GroupView = { revision: 0, members: new Map() };
  #renewedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `key`: a name that no other process ever has. `onChange` is called with each view. */
  constructor(store: GroupStore, key: string, facts: MemberFacts, onChange: (ownership: Ownership) => void) {
    this.#store = store;
    this.#key = key;
    this.#facts = facts;
    this.#onChange = onChange;
  }

  /** The others hear of this process. */
  get isMember(): boolean {
    return this.#renewedAt !== undefined && performance.now() - this.#renewedAt < this.#store.ttl;
  }

  /** Joins, for as long as it takes. */
  start(): void {
    void this.#watch();
    void this.#renew();
    this.#timer = setInterval(() => void this.#renew(), this.#store.ttl / RENEWALS);
  }

  /** Tells the others other facts. */
  async change(facts: MemberFacts): Promise<void> {
    this.#facts = facts;
    this.#tell();
    await this.#renew();
  }

  /** Leaves: the others take over at once. Never rejects: where the log is away, they do after the time to live. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#store.leave(this.#key).catch(() => {});
  }

  async #renew(): Promise<void> {
    try {
      await this.#store.announce(this.#key, writeFacts(this.#facts));
      this.#renewedAt = performance.now();
    } catch {
      // The log is away; the next renewal follows soon.
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    const pause = new Pause(signal, 3);
    while (!signal.aborted) {
      try {
        await this.#store.watch((view) => {
          this.#view = view;
          this.#tell();
        }, signal);
        return;
      } catch {
        await pause.next();
      }
    }
  }

  #tell(): void {
    if (!this.#stop.signal.aborted) this.#onChange(ownershipIn(this.#view, this.#key, this.#facts));
  }
}

/** Who runs what in a view. The member itself is in it with the facts that it has now. */
export function ownershipIn({ revision, members }: GroupView, key: string, facts: MemberFacts): Ownership {
  const read = [...members].flatMap(([name, text]) => (name === key ? [] : (readFacts(name, text) ?? [])));
  // Before the others hear of this process it runs nothing: they would not know.
  const own = members.has(key) ? [{ ...facts, name: key }] : [];
  const candidates: readonly (Candidate & { readonly id: string })[] = [...read, ...own];
  const placed = place(facts.sources, candidates);
  const idOf = (name: string | undefined): string | undefined => candidates.find((each) => each.name === name)?.id;
  return {
    revision,
    members: candidates.map(({ id }) => id).toSorted(),
    isMine: (source) => placed.get(source) === key,
    isSecond: (source) => secondOf(source, facts, candidates, placed.get(source)) === key,
    ownerOf: (source) => idOf(placed.get(source)),
    hasRoom: (source) => own.length === 0 || placed.has(source),
    differing: (source) =>
      read.filter((each) => each.sources.get(source) !== facts.sources.get(source)).map(({ id }) => id),
  };
}

/** The next in rank behind the process that runs a source. */
function secondOf(
  source: string,
  { sources }: MemberFacts,
  candidates: readonly Candidate[],
  owner: string | undefined,
): string | undefined {
  return ranked(source, sources.get(source) ?? "", candidates).find((name) => name !== owner);
}

/** A process without a group runs everything. */
export function alone(id: string): Ownership {
  return {
    revision: 0,
    members: [id],
    isMine: () => true,
    isSecond: () => false,
    ownerOf: () => id,
    hasRoom: () => true,
    differing: () => [],
  };
}
