/** The result of `work`, or a rejection with the error that `late` makes after `limit` milliseconds; 0 means no limit. */
export async function withDeadline<T>(limit: number, work: () => Promise<T>, late: () => Error): Promise<T> {
  if (limit === 0) return work();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), limit);
  });
  try {
    return await Promise.race([work(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
