/** The reason with which `promise` rejects; rejects if `promise` resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the promise should have rejected");
}
