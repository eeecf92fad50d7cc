import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { HmacAuth, type HmacAuthOptions, hmacRecipes, type SignableRequest } from "../../src/auth/index.js";
import { opensslHmac, request } from "./support.js";

/** What the recipe signs with at a fixed time. */
async function signed(options: HmacAuthOptions, time: number, signable: SignableRequest): Promise<SignableRequest> {
  await new HmacAuth({ ...options, now: () => time }).sign(signable);
  return signable;
}

describe("each recipe gives the signature that was published", () => {
  // github.com/binance/binance-spot-api-docs, rest-api.md, "SIGNED Endpoint Examples for POST /api/v3/order", HMAC keys.
  describe("binance, by Binance's documentation", () => {
    const credentials = {
      recipe: "binance",
      key: "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
      secret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
    } as const;

    test.each([
      ["LTCBTC", "LTCBTC", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"],
      [
        "１２３４５６",
        "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96",
        "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
      ],
    ])("an order for the symbol %s", async (symbol, sent, signature) => {
      const query = `symbol=${symbol}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1`;
      const order = request(`/api/v3/order?${query}`, { method: "POST" });
      const { url, headers } = await signed({ ...credentials, recvWindow: 5000 }, 1499827319559, order);
      expect(url.search).toBe(
        `?${query.replace(symbol, sent)}&recvWindow=5000&timestamp=1499827319559&signature=${signature}`,
      );
      expect(headers.get("x-mbx-apikey")).toBe(credentials.key);
    });

    // The same file before December 2025, "Example 3: Mixed query string and request body": no "&" between the two.
    test("an order whose parameters are partly in the query, partly in the body", async () => {
      const order = request("/api/v3/order?symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC", {
        method: "POST",
        body: "quantity=1&price=0.1&recvWindow=5000&timestamp=0",
      });
      const options = { ...credentials, timestampIn: { body: "timestamp" } };
      const { url, body } = await signed(options, 1499827319559, order);
      expect(body).toBe("quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559");
      expect(url.searchParams.get("signature")).toBe(
        "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77",
      );
    });
  });

  // github.com/nautechsystems/nautilus_trader, crates/adapters/okx/src/common/credential.rs, test_simple_get.
  // OKX's own documentation and SDKs show how to sign and print no signature.
  test("okx, by the test of nautilus_trader", async () => {
    const credentials = {
      recipe: "okx",
      key: "985d5b66-57ce-40fb-b714-afc0b9787083",
      secret: "chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO",
      passphrase: "1234567890",
    } as const;
    const time = Date.parse("2020-12-08T09:08:57.715Z");
    const { headers } = await signed(credentials, time, request("/api/v5/account/balance"));
    expect(Object.fromEntries(headers)).toEqual({
      "ok-access-key": credentials.key,
      "ok-access-passphrase": credentials.passphrase,
      "ok-access-sign": "PJ61e1nb2F2Qd7D8SPiaIcx2gjdELc+o0ygzre9z33k=",
      "ok-access-timestamp": "2020-12-08T09:08:57.715Z",
    });
  });

  // github.com/bybit-exchange/bybit.php.api, tests/AuthenticationTest.php, and
  // github.com/bybit-exchange/bybit.ruby.api, spec/integration/rest_end_to_end_spec.rb: Bybit's own SDKs.
  describe("bybit, by the tests of Bybit's SDKs", () => {
    const credentials = { recipe: "bybit", key: "test-key", secret: "test-secret" } as const;
    const order =
      '{"price":"30000","timeInForce":"GTC","category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.01"}';

    test.each([
      [
        "a query",
        "?category=spot&symbol=BTCUSDT",
        "",
        "0048edf42c4979197cec265d4f090ffe6c30d7dec8782e4e6a26b51c2703cbf9",
      ],
      ["neither query nor body", "", "", "d8d5e71d8f986368aa5c13405f059ab6adb4f41df59d2f11bb056226b63457d6"],
      [
        "a body",
        "",
        '{"category":"linear","symbol":"BTCUSDT"}',
        "16378a8ca3caa3c068e2e74ef209dad5c036fec4047c7582ddcfcf13323a8275",
      ],
      ["another query", "?accountType=UNIFIED", "", "3f10586267639c9f3f4f5e32e491a6ef80d157db06f51eb79e4988e24f97adba"],
      ["an order", "", order, "aae80c0b052347759ce532cce2f73dac47a96738d646e3df3969bcd733a9af8e"],
    ])("%s", async (_what, query, body, signature) => {
      const signable = request(`/v5/order/create${query}`, { method: body === "" ? "GET" : "POST", body });
      const { headers } = await signed(credentials, 1_700_000_000_000, signable);
      expect(Object.fromEntries(headers)).toEqual({
        "x-bapi-api-key": "test-key",
        "x-bapi-recv-window": "5000",
        "x-bapi-sign": signature,
        "x-bapi-timestamp": "1700000000000",
      });
    });
  });

  // docs.kraken.com/api/docs/guides/spot-rest-auth, the example of a limit order.
  test("kraken, by Kraken's documentation", async () => {
    const credentials = {
      recipe: "kraken",
      key: "public",
      secret: "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==",
    } as const;
    const form = "ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
    const order = request("/0/private/AddOrder", { method: "POST", body: form });
    const { headers, body } = await signed(credentials, 1616492376594, order);
    expect(body).toBe(`nonce=1616492376594&${form}`);
    expect(Object.fromEntries(headers)).toEqual({
      "api-key": "public",
      "api-sign": "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
      "content-type": "application/x-www-form-urlencoded",
    });
  });

  // github.com/vansergen/coinbase-pro, test/signer.spec.ts. Coinbase's documentation of the Exchange API prints no
  // signature. Its timestamps have decimals, which that documentation allows.
  test.each([
    [
      "POST",
      "/profiles/transfer",
      '{"from":"86602c68-306a-4500-ac73-4ce56a91d83c","to":"e87429d3-f0a7-4f28-8dff-8dd93d383de1","currency":"ETH","amount":100}',
      "xBQCYBLmE0rX9tKUzNL4vgeuX7kIlpMdqILMftUiFzU=",
    ],
    ["GET", "/accounts", "", "7fF/Orhb4TQmCJ+nQ3f/q25/4ZU3kwDGCkOr/JyG4jA="],
    ["GET", "/users/self/verify", "", "EMszpon/Yv43GqmRLemmJgTBB2i5YRWnKV0+gXUe8Xc="],
  ])("coinbase, by the test of vansergen/coinbase-pro: %s %s", async (method, path, body, signature) => {
    const credentials = {
      recipe: "coinbase",
      key: "0c9618dbe16af57d9316a6cc78f431cc",
      secret: "QiM6irV9cW5NJo3xei+MLD0a4GLnsz+HSFwucGXdt+c8gZwRUxTltMfh09w8pZ2VHXKdM8LzqxhaMUg4WHSsvQ==",
      passphrase: "3628c235c9b5",
      timestampFormat: (milliseconds: number) => String(milliseconds / 1000),
    } as const;
    const { headers } = await signed(credentials, 1573653521402, request(path, { method, body }));
    expect(Object.fromEntries(headers)).toEqual({
      "cb-access-key": credentials.key,
      "cb-access-passphrase": credentials.passphrase,
      "cb-access-sign": signature,
      "cb-access-timestamp": "1573653521.402",
    });
  });
});

/** The message of each recipe, put together by hand for the request below. */
const query = "symbol=%EF%BC%91&n=a%20b+c";
const body = '{"text":"café"}';
const messages: Record<(typeof hmacRecipes)[number], (query: string) => string | Uint8Array> = {
  binance: (sent) => sent + body,
  okx: () => `2023-11-14T22:13:20.123ZPOST/v1/x?${query}${body}`,
  bybit: () => `1700000000123key5000${body}`,
  kraken: () => {
    const hash = createHash("sha256").update(`1700000000123${query}{"nonce":"1700000000123","text":"café"}`);
    return Buffer.concat([Buffer.from("/v1/x"), hash.digest()]);
  },
  coinbase: () => `1700000000POST/v1/x?${query}${body}`,
  canonical: (sent) => `POST\n/v1/x\n${sent}\n${body}`,
};

describe("each recipe gives the signature that openssl gives", () => {
  test.each(hmacRecipes)("%s", async (recipe) => {
    const secret = Buffer.from("a secret of the test");
    const passphrase = recipe === "okx" || recipe === "coinbase" ? "passphrase" : undefined;
    const signable = request(`/v1/x?${query}`, { method: "POST", body });
    const { url, headers } = await signed({ recipe, key: "key", secret, passphrase }, 1_700_000_000_123, signable);
    const signature =
      url.searchParams.get("signature") ??
      [...headers].find(([name]) => /sign(ature)?$/.test(name))?.[1] ??
      expect.unreachable("there is no signature");
    const signedQuery = url.search.slice(1).replace(/&signature=.*/, "");
    const hash = recipe === "kraken" ? "sha512" : "sha256";
    const expected = await opensslHmac(hash, secret, Buffer.from(messages[recipe](signedQuery)));
    const isHex = /^[0-9a-f]+$/.test(signature);
    expect(isHex ? signature : Buffer.from(signature, "base64").toString("hex")).toBe(expected);
  });

  test("SHA-512 in hex, with a timestamp in seconds that is the message's last line because a header has it", async () => {
    const secret = Buffer.from([0, 1, 2, 254, 255]);
    const options = { secret, hash: "SHA-512", timestampIn: { header: "X-Time" }, timestampFormat: "s" } as const;
    const { headers } = await signed(options, 1_700_000_000_999, request("/p?a=1"));
    expect(headers.get("x-time")).toBe("1700000000");
    const message = Buffer.from("GET\n/p\na=1\n\n1700000000");
    expect(headers.get("x-signature")).toBe(await opensslHmac("sha512", secret, message));
  });
});
