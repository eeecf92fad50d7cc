import { ConstantBackoff, NoRetry, type RetryPolicy } from "sseer/retry";
import { expect, test } from "vitest";

test("a constant backoff waits the same each time", () => {
  const policy = new ConstantBackoff({ delay: 50 });
  expect([0, 1, 2, 100].map((attempt) => policy.delay(attempt, {}))).toEqual([50, 50, 50, 50]);
  expect(new ConstantBackoff().delay(1, {})).toBe(1000);
});

test("a longer retry or Retry-After wins, up to an hour", () => {
  const policy = new ConstantBackoff({ delay: 50, jitter: 1, random: () => 0.5 });
  expect(policy.delay(1, { retry: 10 })).toBe(75);
  expect(policy.delay(1, { retry: 100 })).toBe(150);
  expect(policy.delay(1, { retry: Number.MAX_SAFE_INTEGER })).toBe(5_400_000);
  expect(policy.delay(1, { retryAfter: 1000 })).toBe(1500);
  expect(policy.delay(1, { retryAfter: 10 ** 12 })).toBe(5_400_000);
});

test("a constant backoff gives up after maxAttempts, and is immutable", () => {
  const policy: RetryPolicy = new ConstantBackoff({ delay: 0, maxAttempts: 1 });
  expect([0, 1, 2].map((attempt) => policy.delay(attempt, {}))).toEqual([0, 0, false]);
  expect(policy.maxAttempts).toBe(1);
  expect(Object.isFrozen(policy)).toBe(true);
});

test("a constant backoff names an option that it cannot use", () => {
  expect(() => new ConstantBackoff({ delay: -5 })).toThrow("delay: -5 cannot be used; it takes milliseconds from 0");
  expect(() => new ConstantBackoff({ dealy: 5 } as object)).toThrow("dealy: an unknown option cannot be used");
  expect(() => new ConstantBackoff({ jitter: -1 })).toThrow("jitter: -1 cannot be used; it takes a number from 0 to 1");
});

test("NoRetry never retries", () => {
  const policy: RetryPolicy = new NoRetry();
  expect([0, 1].map((attempt) => policy.delay(attempt, { retry: 5 }))).toEqual([false, false]);
  expect(policy.maxAttempts).toBe(0);
});
