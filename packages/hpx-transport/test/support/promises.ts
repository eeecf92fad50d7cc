/** The reason with which `promise` rejects; rejects if `promise` resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the promise should have rejected");
}

/** Waits until `condition` holds that no event announces. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadline = 10_000,
): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what} took longer than ${deadline} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
