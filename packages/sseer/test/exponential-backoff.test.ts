import * as fc from "fast-check";
import { ExponentialBackoff, type ExponentialBackoffOptions, retryDefaults } from "sseer/retry";
import { expect, test } from "vitest";

/** The waits of `attempts` without jitter. */
function waits(options: ExponentialBackoffOptions, attempts: readonly number[], retry?: number): (number | false)[] {
  const policy = new ExponentialBackoff({ random: () => 0, ...options });
  return attempts.map((attempt) => policy.delay(attempt, { retry }));
}

test("each failure in a row doubles the wait, up to maxDelay", () => {
  expect(waits({}, [1, 2, 3, 4, 5, 6, 7, 8])).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(waits({ initialDelay: 10, factor: 3, maxDelay: 100 }, [1, 2, 3, 4])).toEqual([10, 30, 90, 100]);
});

test("after an attempt that delivered an event the wait is the base, at least 20 ms", () => {
  expect(waits({}, [0])).toEqual([1000]);
  expect(waits({}, [0], 10)).toEqual([20]);
  expect(waits({}, [0], 0)).toEqual([20]);
  expect(waits({ initialDelay: 0 }, [0])).toEqual([20]);
});

test("the server's retry is the base; failures wait at least 500 ms, or initialDelay where that is less", () => {
  expect(waits({}, [0, 1, 2], 3000)).toEqual([3000, 3000, 6000]);
  expect(waits({}, [0, 1, 2, 3], 0)).toEqual([20, 500, 1000, 2000]);
  expect(waits({ initialDelay: 100 }, [1, 2, 3], 0)).toEqual([100, 200, 400]);
});

test("no wait is over maxDelay, whatever the server and the attempt", () => {
  expect(waits({}, [0, 1, 5000], 99_999_999_999)).toEqual([60_000, 60_000, 60_000]);
  expect(waits({}, [0, 1, 5000], Number.MAX_SAFE_INTEGER)).toEqual([60_000, 60_000, 60_000]);
  expect(waits({ initialDelay: 0 }, [5000])).toEqual([0]);
});

test("jitter only adds, and not over maxDelay", () => {
  const policy = new ExponentialBackoff({ jitter: 0.5, random: () => 0.5 });
  expect(policy.delay(1, {})).toBe(1250);
  expect(policy.delay(20, {})).toBe(60_000);
});

test("Retry-After is a minimum that jitter adds to, over maxDelay, up to an hour", () => {
  const policy = new ExponentialBackoff({ jitter: 0.5, random: () => 0.5, maxDelay: 5000 });
  expect(policy.delay(1, { retryAfter: 10_000 })).toBe(12_500);
  expect(policy.delay(1, { retryAfter: 100 })).toBe(1250);
  expect(policy.delay(1, { retryAfter: 0 })).toBe(1250);
  expect(policy.delay(0, { retryAfter: 10_000 })).toBe(12_500);
  expect(policy.delay(1, { retryAfter: 10 ** 12 })).toBe(3_600_000 * 1.25);
});

test("maxAttempts n allows n failures", () => {
  expect(waits({ maxAttempts: 2 }, [0, 1, 2, 3])).toEqual([1000, 1000, 2000, false]);
  expect(waits({ maxAttempts: 0 }, [0, 1])).toEqual([1000, false]);
});

test("a wait is always a number that a timer takes, and within its bounds", () => {
  fc.assert(
    fc.property(
      fc.record({
        initialDelay: fc.option(fc.nat(2 ** 31 - 1), { nil: undefined }),
        maxDelay: fc.option(fc.nat(2 ** 31 - 1), { nil: undefined }),
        factor: fc.option(fc.double({ min: 1, max: Number.MAX_VALUE, noNaN: true }), { nil: undefined }),
        jitter: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      }),
      fc.nat(2000),
      fc.option(fc.maxSafeNat(), { nil: undefined }),
      fc.option(fc.maxSafeNat(), { nil: undefined }),
      (options, attempt, retry, retryAfter) => {
        const policy = new ExponentialBackoff(options);
        const wait = policy.delay(attempt, { retry, retryAfter });
        expect(wait).toBeGreaterThanOrEqual(Math.min(retryAfter ?? 0, 3_600_000));
        expect(wait).toBeLessThanOrEqual(Math.max(policy.maxDelay, 2 * Math.min(retryAfter ?? 0, 3_600_000)));
      },
    ),
  );
});

test("options may be undefined and mean their defaults, and the policy is immutable", () => {
  const policy = new ExponentialBackoff({ initialDelay: undefined, maxAttempts: undefined, random: undefined });
  expect(policy).toMatchObject(retryDefaults);
  expect(Object.isFrozen(policy)).toBe(true);
});

test.each([
  [{ initialDelay: -1 }, RangeError, "initialDelay: -1 cannot be used; it takes milliseconds from 0 to 2147483647"],
  [{ initialDelay: Number.NaN }, RangeError, "initialDelay: NaN cannot be used"],
  [{ maxDelay: Infinity }, RangeError, "maxDelay: Infinity cannot be used; it takes milliseconds from 0 to 2147483647"],
  [{ maxDelay: "1s" }, TypeError, 'maxDelay: "1s" cannot be used; it takes milliseconds'],
  [{ factor: 0.5 }, RangeError, "factor: 0.5 cannot be used; it takes a finite number from 1"],
  [{ jitter: 2 }, RangeError, "jitter: 2 cannot be used; it takes a number from 0 to 1"],
  [{ maxAttempts: 1.5 }, RangeError, "maxAttempts: 1.5 cannot be used; it takes a whole number from 0, or Infinity"],
  [{ maxAttempts: -1 }, RangeError, "maxAttempts: -1 cannot be used"],
  [
    { intialDelay: 5 },
    TypeError,
    "intialDelay: an unknown option cannot be used; the options are initialDelay, maxDelay",
  ],
  [{ random: 5 }, TypeError, "random: 5 cannot be used; it takes a function"],
])("%o is refused", (options, kind, message) => {
  const make = (): unknown => new ExponentialBackoff(options as ExponentialBackoffOptions);
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
});
