/** Throws unless both values give the same JSON. */
export function equal(actual: unknown, expected: unknown, what = "value"): void {
  const [got, wanted] = [shown(actual), shown(expected)];
  if (got !== wanted) throw new Error(`${what}: got ${clipped(got)}, expected ${clipped(wanted)}`);
}

export function truthy(value: unknown, what: string): void {
  if (!value) throw new Error(`not so: ${what}`);
}

/** The error that a call throws, or that its promise rejects with. */
export async function failureOf(call: () => unknown): Promise<Error & { readonly code?: unknown }> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`it threw ${String(error)}, which is no Error`, { cause: error });
  }
  throw new Error("it did not fail");
}

/** The code of the error that a call fails with. */
export async function codeOf(call: () => unknown): Promise<unknown> {
  const error = await failureOf(call);
  // An error without a code is not expected here.
  if (error.code === undefined) throw error;
  return error.code;
}

/** Fails when `promise` takes longer than `limit` milliseconds. */
export async function within<T>(promise: Promise<T>, what: string, limit = 5000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (each === undefined ? "undefined" : each)) ?? "undefined";
}

function clipped(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}... (${text.length} characters)` : text;
}
