/** Drops the headers that describe a body, of a request that goes without one. */
export function dropBodyHeaders(headers: Headers): void {
  const describing = [...headers.keys()].filter((name) => name.startsWith("content-"));
  for (const name of describing) headers.delete(name);
}
