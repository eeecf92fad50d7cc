import { describe, expect, test } from "vitest";
import { HmacAuth, TransportError } from "../../src/index.js";

const planted = "planted-Secret-1";

describe("every rejected option, with the message that a user would want to read", () => {
  const place = 'it takes one of { header: "name" }, { query: "name" }';
  const rows: [field: string, options: unknown, message: string][] = [
    ["HmacAuth", planted, "HmacAuth: a string cannot be used; it takes an object with at least a secret"],
    ["HmacAuth", null, "HmacAuth: null cannot be used; it takes an object with at least a secret"],
    ["secret", {}, "undefined cannot be used; it takes text or bytes, at least one"],
    ["secret", { secret: "" }, "nothing cannot be used; it takes text or bytes, at least one"],
    ["secret", { secret: new Uint8Array() }, "nothing cannot be used; it takes text or bytes, at least one"],
    ["secret", { secret: 5 }, "a number cannot be used; it takes text or bytes, at least one"],
    [
      "secret",
      { recipe: "kraken", key: "k", secret: planted },
      "a string (hidden) that is not base64 cannot be used; it takes base64 here, or bytes; see secretEncoding",
    ],
    [
      "secret",
      { secret: " ", secretEncoding: "base64" },
      "a string (hidden) that is not base64 cannot be used; it takes base64 here, or bytes; see secretEncoding",
    ],
    [
      "recipe",
      { recipe: planted },
      'a string cannot be used; it takes "binance", "okx", "bybit", "kraken", "coinbase" or "canonical"',
    ],
    [
      "recipe",
      { recipe: "toString" },
      'a string cannot be used; it takes "binance", "okx", "bybit", "kraken", "coinbase" or "canonical"',
    ],
    ["secretEncoding", { secretEncoding: "hex" }, 'a string cannot be used; it takes "utf8" or "base64"'],
    ["hash", { hash: "SHA-1" }, 'a string cannot be used; it takes "SHA-256" or "SHA-512"'],
    ["encoding", { encoding: 16 }, '16 cannot be used; it takes "hex" or "base64"'],
    ["timestampFormat", { timestampFormat: "us" }, 'a string cannot be used; it takes "ms", "s", "iso" or "nonce"'],
    ["signitureIn", { signitureIn: planted }, "an unknown option cannot be used; did you mean signatureIn?"],
    ["key", { recipe: "bybit" }, "undefined cannot be used; the bybit recipe sends the API key"],
    ["key", { recipe: "okx", key: "" }, "nothing cannot be used; the okx recipe sends the API key"],
    ["key", { key: 5 }, "a number cannot be used; it takes the API key"],
    [
      "key",
      { key: `${planted}\n` },
      "the value of X-Api-Key (hidden) cannot be used; a value has no control characters and nothing beyond Latin-1",
    ],
    ["passphrase", { recipe: "okx", key: "k" }, "undefined cannot be used; it is needed here: it takes text"],
    [
      "passphrase",
      { recipe: "okx", key: "k", passphrase: "" },
      "nothing cannot be used; it is needed here: it takes text",
    ],
    [
      "passphrase",
      { recipe: "okx", key: "k", passphrase: `${planted}\0` },
      "the value of OK-ACCESS-PASSPHRASE (hidden) cannot be used; a value has no control characters and nothing beyond Latin-1",
    ],
    [
      "passphrase",
      { passphrase: planted },
      "one that goes nowhere cannot be used; the canonical recipe has none; give passphraseIn",
    ],
    ["recvWindow", { recvWindow: 5000 }, "5000 cannot be used; the canonical recipe has none"],
    [
      "recvWindow",
      { recipe: "bybit", key: "k", recvWindow: 0 },
      "0 cannot be used; it takes a whole number of milliseconds, at least 1",
    ],
    ["clockOffset", { clockOffset: NaN }, "NaN cannot be used; it takes milliseconds or a function that returns them"],
    [
      "clockOffset",
      { clockOffset: "5" },
      "a string cannot be used; it takes milliseconds or a function that returns them",
    ],
    ["now", { now: 5 }, "5 cannot be used; it takes a function"],
    ["message", { message: planted }, "a string cannot be used; it takes a function"],
    ["keyIn", { keyIn: planted }, `a string cannot be used; ${place}`],
    ["keyIn", { keyIn: { header: "a", query: "b" } }, `an object (Object) cannot be used; ${place}`],
    ["keyIn", { keyIn: { body: "a" } }, `an object (Object) cannot be used; ${place}`],
    ["signatureIn", { signatureIn: { query: "" } }, `a string as the name cannot be used; ${place}`],
    ["passphraseIn", { passphraseIn: {}, passphrase: "p" }, `an object (Object) cannot be used; ${place}`],
    ["timestampIn", { timestampIn: { cookie: "a" } }, `an object (Object) cannot be used; ${place}, { body: "name" }`],
    [
      "timestampIn",
      { timestampIn: { header: "a b" } },
      'a header name (hidden) with " " cannot be used; a name is letters, digits and !#$%&\'*+.^_`|~-',
    ],
  ];

  test.each(rows)("%s: %o", (field, options, message) => {
    const given =
      typeof options === "object" && options !== null && field !== "secret" ? { secret: planted, ...options } : options;
    const name = field === "HmacAuth" ? field : `HmacAuth.${field}`;
    let error: unknown;
    try {
      expect(new HmacAuth(given as never)).toBeUndefined();
    } catch (thrown) {
      error = thrown;
    }
    if (!TransportError.is(error, "CONFIG")) throw new Error("expected CONFIG", { cause: error });
    expect(error.details.field).toBe(name);
    expect(error.message).toBe(field === "HmacAuth" ? message : `${name}: ${message}`);
    expect(error.message).not.toContain(planted);
  });
});
