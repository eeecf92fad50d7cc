import { Fnv64 } from "../hash.js";

/** A member of a group, for placement. */
export interface Candidate {
  /** Its name, which no other member has. */
  readonly name: string;
  /** Its share of the sources, beside the weights of the others. */
  readonly weight: number;
  /** The most sources that it takes. */
  readonly maxSources: number;
  /** The fingerprints of the sources that it knows, by their names. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Places sources on members by weighted rendezvous hashing (https://www.ietf.org/archive/id/draft-ietf-bess-weighted-hrw-00.html):
 * each member computes the same placement from the same view, without a coordinator, and of M members one that comes or goes
 * moves one source of M. `sources` has the fingerprint of each source: only members that know the source alike rank for it.
 * Returns the member for each source; none where no member has room.
 */
export function place(
  sources: ReadonlyMap<string, string>,
  candidates: readonly Candidate[],
): ReadonlyMap<string, string> {
  const room = new Map(candidates.map(({ name, maxSources }) => [name, maxSources]));
  const placed = new Map<string, string>();
  // In one order for all, because a member that is full moves the rest on.
  for (const source of [...sources.keys()].toSorted()) {
    const owner = ranked(source, sources.get(source) as string, candidates).find((name) => (room.get(name) ?? 0) > 0);
    if (owner === undefined) continue;
    room.set(owner, (room.get(owner) as number) - 1);
    placed.set(source, owner);
  }
  return placed;
}

/** The members that may run a source, the best first. */
export function ranked(source: string, fingerprint: string, candidates: readonly Candidate[]): readonly string[] {
  return candidates
    .filter((each) => each.sources.get(source) === fingerprint)
    .map(({ name, weight }) => ({ name, score: weight / -Math.log(fractionOf(`${name}\n${source}`)) }))
    .toSorted((one, other) => other.score - one.score || (one.name < other.name ? -1 : 1))
    .map(({ name }) => name);
}

/** A number between 0 and 1 that is the same for the same text, and as if by chance for another. */
function fractionOf(text: string): number {
  const hash = new Fnv64();
  hash.text(text);
  // The last bytes of FNV reach the high bits hardly: mix once more.
  const mixed = Math.imul(hash.high ^ (hash.low >>> 15) ^ hash.low, 0x85ebca6b);
  return (((mixed ^ (mixed >>> 13)) >>> 0) + 0.5) / 0x1_0000_0000;
}
