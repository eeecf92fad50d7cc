import { createHash } from "node:crypto";
import { hashOf } from "hpx-relay";
import { expect, test } from "vitest";
import { Fnv64 } from "../src/hash.js";

// From the page of its authors.
test.each([
  ["", "cbf29ce484222325"],
  ["a", "af63dc4c8601ec8c"],
  ["foobar", "85944171f73967e8"],
  ["chongo was here!\n", "46810940eff5f915"],
])("FNV-1a with 64 bits of %j", (text, expected) => {
  const hash = new Fnv64();
  hash.text(text);
  expect(hash.hex()).toBe(expected);
});

test("the hash of an event is that of its type, a line feed and its data, as an independent computation has it", () => {
  for (let index = 0; index < 200; index += 1) {
    const data = createHash("sha512")
      .update(String(index))
      .digest()
      .subarray(0, index % 64);
    const event = index % 3 === 0 ? "message" : `trade-é${index}`;
    let expected = 0xcbf29ce484222325n;
    for (const byte of Buffer.concat([Buffer.from(`${event}\n`), data])) {
      expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
    }
    expect(hashOf(event, data)).toBe(expected.toString(16).padStart(16, "0"));
  }
});
