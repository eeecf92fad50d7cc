/** The time limit of every wait of the server, in milliseconds. */
const LIMIT = 5000;

/** The first value that `look` finds in time; undefined after that. */
export async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + LIMIT;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
