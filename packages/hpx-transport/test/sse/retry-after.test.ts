import { expect, onTestFinished, test, vi } from "vitest";
import { parseRetryAfter } from "../../src/http/retry-after.js";

const now = Date.parse("2026-01-01T00:00:00Z");

test.each([
  [null, undefined],
  ["", undefined],
  ["0", 0],
  ["120", 120_000],
  [" 7 ", 7000],
  ["-5", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
  ["Thursday, 01-Jan-26 00:00:30 GMT", 30_000],
  ["Thu Jan  1 00:00:30 2026", 30_000],
  ["Thu, 01 Jan 2026 99:00:00 GMT", undefined],
  ["120, 5", undefined],
  ["9".repeat(400), Infinity],
  ["Wed, 31 Dec 2025 23:59:59 GMT", 0],
])("Retry-After: %o is %o ms", (value, expected) => {
  // Away from Greenwich: a date without a zone is not in the local one.
  vi.stubEnv("TZ", "America/New_York");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(new Date(now).getTimezoneOffset()).toBe(300);
  expect(parseRetryAfter(value, now)).toBe(expected);
});
