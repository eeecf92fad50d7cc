import { parsePair, queryOf, setQuery } from "../auth/query.js";

/**
 * Takes out of `location` what the signer had added to the query of the request that led there: many servers repeat the
 * query in a redirect, and a key must neither follow one to another origin nor show in the URL that a hook is told of.
 */
export function dropEchoes(location: URL, unsigned: URL, signed: URL): void {
  const own = new Set(pairsOf(unsigned));
  const added = new Set(pairsOf(signed).filter((pair) => !own.has(pair)));
  if (added.size === 0) return;
  const kept = queryOf(location)
    .split("&")
    .filter((text) => !added.has(JSON.stringify(parsePair(text))));
  setQuery(location, kept.join("&"));
}

function pairsOf(url: URL): string[] {
  return [...url.searchParams].map((pair) => JSON.stringify(pair));
}
