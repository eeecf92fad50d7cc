import { describe, expect, expectTypeOf, test, vi } from "vitest";
import {
  HmacAuth,
  type HmacAuthOptions,
  type HmacParts,
  type HmacPlace,
  type HmacRecipeName,
  hmacRecipes,
} from "../../src/auth/index.js";
import { nodeHmac, request } from "./support.js";

const secret = "secret";
const now = (): number => 1_700_000_000_123;

async function sign(options: Partial<HmacAuthOptions>, signable = request("/p")): Promise<typeof signable> {
  await new HmacAuth({ secret, now, ...options }).sign(signable);
  return signable;
}

describe("what is signed is what is sent", () => {
  test("the query keeps the caller's percent-encoding, byte for byte", async () => {
    const query = "b=%7e~&a=x%20y+z&&empty=&flag&c=%E2%82%AC'€";
    const { url, headers } = await sign({}, request(`/p%20q?${query}`));
    const sent = `${query.replace("'€", "%27%E2%82%AC")}&timestamp=1700000000123`;
    expect(url.search).toBe(`?${sent}`);
    expect(headers.get("x-signature")).toBe(nodeHmac(secret, `GET\n/p%20q\n${sent}\n`));
  });

  test("a body of bytes is signed as bytes, also where they are no text", async () => {
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const { url, headers } = await sign({}, request("/p", { method: "POST", body }));
    const message = Buffer.concat([Buffer.from(`POST\n/p\n${url.search.slice(1)}\n`), body]);
    expect(headers.get("x-signature")).toBe(nodeHmac(secret, message));
  });

  test("a body of text is signed as the UTF-8 that is sent, a lone surrogate included", async () => {
    const { url, headers } = await sign({}, request("/p", { method: "POST", body: "café \uD800" }));
    const message = `POST\n/p\n${url.search.slice(1)}\ncafé \uFFFD`;
    expect(headers.get("x-signature")).toBe(nodeHmac(secret, message));
  });

  test("signing the same request again leaves one of each, and the last signature is right", async () => {
    let time = 1000;
    const auth = new HmacAuth({ recipe: "binance", key: "k", secret, recvWindow: 100, now: () => (time += 1) });
    const signable = request("/p?a=1&timestamp=old&signature=old&b=2&signature=older&timestamp=older");
    await auth.sign(signable);
    await auth.sign(signable);
    const message = "a=1&timestamp=1002&b=2&recvWindow=100";
    expect(signable.url.search).toBe(`?${message}&signature=${nodeHmac(secret, message)}`);
  });

  test.each([
    ["a form", "a=1", "nonce=1700000000123&a=1", "nonce=1700000000124&a=1"],
    ["a form that has one", "a=1&nonce=x&b=2", "a=1&nonce=1700000000123&b=2", "a=1&nonce=1700000000124&b=2"],
    ["nothing", "", "nonce=1700000000123", "nonce=1700000000124"],
    ["JSON", '{"a":0.10}', '{"nonce":"1700000000123","a":0.10}', '{"nonce":"1700000000124","a":0.10}'],
    [
      "JSON with space around",
      ' { "a": 1 }\n',
      '{"nonce":"1700000000123", "a": 1 }',
      '{"nonce":"1700000000124", "a": 1 }',
    ],
    ["empty JSON", "{}", '{"nonce":"1700000000123"}', '{"nonce":"1700000000124"}'],
  ])("a nonce goes into %s, once, and always grows", async (_what, body, first, second) => {
    const auth = new HmacAuth({ recipe: "kraken", key: "k", secret: "c2VjcmV0", now });
    const signable = request("/p", { method: "POST", body });
    await auth.sign(signable);
    expect(signable.body).toBe(first);
    await auth.sign(signable);
    expect(signable.body).toBe(second);
  });

  test("a nonce goes into bytes of a form, too, and the caller's content type stays", async () => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
    const signable = request("/p", { method: "POST", body: new TextEncoder().encode("a=1"), headers });
    await sign({ recipe: "kraken", key: "k", secret: "c2VjcmV0" }, signable);
    expect(signable.body).toBe("nonce=1700000000123&a=1");
    expect(signable.headers.get("content-type")).toBe(headers["Content-Type"]);
  });

  test("a nonce does not go into bytes that are no text", async () => {
    const signable = request("/p", { method: "POST", body: new Uint8Array([0x61, 0xff]) });
    await expect(sign({ recipe: "kraken", key: "k", secret: "c2VjcmV0" }, signable)).rejects.toThrow(
      "HmacAuth.timestampIn: bytes that are no UTF-8 cannot be used; it takes a form or a JSON object",
    );
  });

  test("a nonce goes into the query where there can be no body", async () => {
    const { url, body } = await sign({ recipe: "kraken", key: "k", secret: "c2VjcmV0" }, request("/p?a=1"));
    expect([url.search, body]).toEqual(["?a=1&nonce=1700000000123", undefined]);
  });

  test.each([['{"nonce": 5}'], ['{"a": 1, "nonce": "5"}'], ["{not json"]])(
    "a nonce does not go into %s, whose text is not shown",
    async (body) => {
      const signing = sign({ recipe: "kraken", key: "k", secret: "c2VjcmV0" }, request("/p", { method: "POST", body }));
      await expect(signing).rejects.toThrow(
        'HmacAuth.timestampIn: a body (hidden) that is no JSON object without "nonce" cannot be used; ' +
          "it takes a form or a JSON object, and writes that member itself",
      );
    },
  );
});

describe("the timestamp", () => {
  test.each([
    ["ms", "1700000000123"],
    ["s", "1700000000"],
    ["iso", "2023-11-14T22:13:20.123Z"],
    ["nonce", "1700000000123"],
    [(milliseconds: number) => `t${milliseconds}`, "t1700000000123"],
  ] as const)("written as %s", async (timestampFormat, written) => {
    const { headers } = await sign({ timestampFormat, timestampIn: { header: "X-Time" } });
    expect(headers.get("x-time")).toBe(written);
    expect(headers.get("x-signature")).toBe(nodeHmac(secret, `GET\n/p\n\n\n${written}`));
    const { url } = await sign({ timestampFormat, timestampIn: { query: "t" } });
    expect(url.search).toBe(`?t=${encodeURIComponent(written)}`);
  });

  test.each([
    ["a number", 5000, "1700000005123"],
    ["a negative one", -5000, "1699999995123"],
    ["a fraction", 0.5, "1700000000123"],
    ["a function", () => 5000, "1700000005123"],
    ["an asynchronous function", async () => 5000, "1700000005123"],
  ])("is moved by the clock offset: %s", async (_what, clockOffset, written) => {
    const { url } = await sign({ clockOffset });
    expect(url.search).toBe(`?timestamp=${written}`);
  });

  test("is that of the machine's clock unless another one is given", async () => {
    vi.useFakeTimers({ now: 42_000, toFake: ["Date"] });
    try {
      const { url } = await sign({ now: undefined });
      expect(url.search).toBe("?timestamp=42000");
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ["clockOffset", { clockOffset: () => NaN }, "HmacAuth.clockOffset: the time NaN cannot be used"],
    ["clockOffset", { clockOffset: () => "5" as never }, "HmacAuth.clockOffset: a string as the time cannot be used"],
    ["now", { now: () => Infinity }, "HmacAuth.clockOffset: the time Infinity cannot be used"],
    ["timestampFormat", { timestampFormat: () => 5 as never }, "HmacAuth.timestampFormat: 5 cannot be used"],
  ] as const)("is refused where %s gives none: %o", async (_field, options, message) => {
    await expect(sign(options)).rejects.toThrow(message);
  });

  test.each([
    ["text without it", () => "GET"],
    ["several parts without it", () => ["GET", "/p", new Uint8Array(3)]],
    ["text without it, later", async () => "GET"],
  ])("has to be part of the message: %s is refused", async (_what, message) => {
    await expect(sign({ message })).rejects.toThrow(
      "HmacAuth.message: a message (hidden) without the timestamp cannot",
    );
  });

  test("has to be part of the message: a recipe that signs no headers refuses to send it in one", async () => {
    const signing = sign({ recipe: "binance", key: "k", timestampIn: { header: "X-Time" } });
    await expect(signing).rejects.toThrow("HmacAuth.message: a message (hidden) without the timestamp cannot");
  });
});

describe("options in place of a recipe's", () => {
  test("a message of one's own is built from the request as it will be sent", async () => {
    let seen: HmacParts | undefined;
    const signable = request("https://api.test:8443/p%20q?a=%7e", {
      method: "POST",
      body: "body",
      headers: { "Last-Event-ID": "7" },
    });
    const { headers } = await sign(
      {
        key: new TextEncoder().encode("key"),
        keyIn: { query: "k" },
        passphrase: "pass",
        passphraseIn: { header: "X-Pass" },
        signatureIn: { query: "sig" },
        encoding: "base64",
        hash: "SHA-512",
        message: (parts) => {
          seen = { ...parts };
          return [
            parts.method,
            new TextEncoder().encode(parts.host),
            parts.query,
            parts.headers.get("last-event-id") ?? "",
          ];
        },
      },
      signable,
    );
    expect(seen).toMatchObject({
      timestamp: "1700000000123",
      method: "POST",
      host: "api.test:8443",
      path: "/p%20q",
      query: "a=%7e&k=key&timestamp=1700000000123",
      body: "body",
      key: "key",
      recvWindow: "",
    });
    expect(headers.get("x-pass")).toBe("pass");
    const message = "POSTapi.test:8443a=%7e&k=key&timestamp=17000000001237";
    const signature = nodeHmac(secret, message, { hash: "sha512", encoding: "base64" });
    expect(signable.url.searchParams.get("sig")).toBe(signature);
    // "+" and "/" of base64 must not be read as a space or a path.
    expect(signable.url.search).toBe(`?a=%7e&k=key&timestamp=1700000000123&sig=${encodeURIComponent(signature)}`);
  });

  test("a message in one piece of bytes may be a hash, in which nobody can find the timestamp", async () => {
    const { headers } = await sign({ message: () => new Uint8Array([1, 2, 3]) });
    expect(headers.get("x-signature")).toBe(nodeHmac(secret, new Uint8Array([1, 2, 3])));
  });

  test.each([[undefined], [5], [{ text: 1 }], [["a", 5]], [null]])(
    "a message that is none is refused: %o",
    async (message) => {
      await expect(sign({ message: () => message as never })).rejects.toThrow("HmacAuth.message: its result (");
    },
  );

  test.each([
    ["text", { secret: "secret" }],
    ["bytes", { secret: new TextEncoder().encode("secret") }],
    ["base64", { secret: "c2VjcmV0", secretEncoding: "base64" }],
  ] as const)("a secret as %s", async (_what, options) => {
    const { headers } = await sign(options);
    expect(headers.get("x-signature")).toBe(nodeHmac("secret", "GET\n/p\ntimestamp=1700000000123\n"));
  });

  test("a secret's bytes are copied: wiping them afterwards changes nothing", async () => {
    const bytes = new TextEncoder().encode("secret");
    const auth = new HmacAuth({ secret: bytes, now });
    bytes.fill(0);
    const signable = request("/p");
    await auth.sign(signable);
    expect(signable.headers.get("x-signature")).toBe(nodeHmac("secret", "GET\n/p\ntimestamp=1700000000123\n"));
  });

  test("a recvWindow is sent only when given or the recipe's own", async () => {
    const binance = { recipe: "binance", key: "k" } as const;
    expect((await sign(binance)).url.searchParams.has("recvWindow")).toBe(false);
    expect((await sign({ ...binance, recvWindow: 9 })).url.searchParams.get("recvWindow")).toBe("9");
    const { headers } = await sign({ recipe: "bybit", key: "k", recvWindow: 9 });
    expect(headers.get("x-bapi-recv-window")).toBe("9");
  });
});

test("it is renewable where a 401 may come of a clock offset that can be asked again", () => {
  expect(new HmacAuth({ secret }).renewable).toBe(false);
  expect(new HmacAuth({ secret, clockOffset: 5 }).renewable).toBe(false);
  expect(new HmacAuth({ secret, clockOffset: () => 5 }).renewable).toBe(true);
});

test("without Web Crypto the signing says what is missing, and nothing is left unhandled", async () => {
  vi.stubGlobal("crypto", undefined);
  try {
    await expect(sign({})).rejects.toThrow("HmacAuth needs Web Crypto; a browser has it on https pages only");
  } finally {
    vi.unstubAllGlobals();
  }
});

test("the names of the recipes are a list and a type", () => {
  expect(hmacRecipes).toEqual(["binance", "okx", "bybit", "kraken", "coinbase", "canonical"]);
  expectTypeOf(hmacRecipes).toEqualTypeOf<readonly HmacRecipeName[]>();
  expectTypeOf<{ header: "a" }>().toExtend<HmacPlace>();
  // @ts-expect-error a signature cannot be in the body that it signs
  expect(() => new HmacAuth({ secret, signatureIn: { body: "signature" } })).toThrow("HmacAuth.signatureIn");
});
