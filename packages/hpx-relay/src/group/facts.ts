import type { Candidate } from "./placement.js";

/** What a member tells the others. */
export interface MemberFacts {
  /** The process's name, for people. */
  readonly id: string;
  readonly weight: number;
  readonly maxSources: number;
  /** The fingerprints of its sources. */
  readonly sources: ReadonlyMap<string, string>;
}

/** As text, for a group's store. */
export function writeFacts({ id, weight, maxSources, sources }: MemberFacts): string {
  return JSON.stringify({ id, weight, maxSources, sources: Object.fromEntries(sources) });
}

/** A member from its text; `undefined` for text that no relay of this version writes: it ranks for nothing. */
export function readFacts(name: string, text: string): (Candidate & { readonly id: string }) | undefined {
  try {
    const { id, weight, maxSources, sources } = JSON.parse(text) as Record<string, unknown>;
    if (typeof id !== "string" || typeof weight !== "number" || typeof maxSources !== "number") return undefined;
    if (typeof sources !== "object" || sources === null) return undefined;
    return { name, id, weight, maxSources, sources: new Map(Object.entries(sources as Record<string, string>)) };
  } catch {
    return undefined;
  }
}
