/** Milliseconds that a store has for a claim or a save. A disk or a database that takes longer hangs. */
export const STORE_TIMEOUT = 10_000;

/** The cause of the error of a store that does not answer. */
export function storeIsLate(): Error {
  return new Error(`the store did not answer within ${STORE_TIMEOUT} ms; look whether its disk or its server hangs`);
}
