import { inspect } from "node:util";
import { expect, test } from "vitest";
import {
  ApiKeyAuth,
  BearerAuth,
  CompositeAuth,
  HmacAuth,
  type HmacAuthOptions,
  TransportError,
} from "../../src/index.js";
import { SseConfig } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";

/** Secrets as services give them out: a token, a number, one that no header's name can be, and one with a line end. */
const secrets = ["sk-live-7316528490", 7_316_528_490, 7_316_528_490n, "Bearer sk-live-7316528490", "7316528490\n"];

const names: Record<keyof HmacAuthOptions, unknown> = {
  recipe: "okx",
  secret: "s",
  secretEncoding: "utf8",
  key: "k",
  keyIn: { header: "X-Key" },
  passphrase: "p",
  passphraseIn: { header: "X-Pass" },
  recvWindow: 5,
  hash: "SHA-256",
  encoding: "hex",
  signatureIn: { header: "X-Sign" },
  timestampIn: { header: "X-Time" },
  timestampFormat: "ms",
  message: () => "",
  clockOffset: 0,
  now: () => 0,
};

/** What is shown of the error that `make` throws, if it does. */
async function shownBy(make: () => unknown): Promise<string> {
  try {
    await make();
    return "";
  } catch (error) {
    expect(TransportError.is(error, "CONFIG")).toBe(true);
    return inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  }
}

const wraps: ((secret: unknown) => unknown)[] = [
  (secret) => secret,
  (header) => ({ header }),
  (query) => ({ query }),
  (secret) => ({ [String(secret)]: "name" }),
  (secret) => [secret],
];

test.each(Object.keys(names))("a secret given to HmacAuth as %s by mistake is in no error", async (name) => {
  for (const recipe of ["bybit", "okx", "canonical"]) {
    for (const wrap of wraps) {
      for (const secret of secrets) {
        // A number is a number of milliseconds, or no option at all, in any other place.
        if (typeof secret !== "string" && !["secret", "key", "passphrase"].includes(name)) continue;
        const options: unknown = { secret: "s", key: "k", passphrase: recipe === "okx" ? "p" : undefined, recipe };
        const given = Object.assign({}, options, { [name]: wrap(secret) }) as unknown as HmacAuthOptions;
        expect(await shownBy(() => new HmacAuth(given)), `${recipe} ${String(secret)}`).not.toContain("7316528490");
      }
    }
  }
});

test("a secret in any place of the other strategies is in no error", async () => {
  for (const given of secrets) {
    const secret = given as string;
    const request = { method: "GET", url: new URL("https://example.com/"), headers: new Headers() };
    for (const make of [
      () => new BearerAuth(secret),
      () => new BearerAuth(() => secret).sign(request),
      () => ApiKeyAuth.header(secret, "X-Api-Key"),
      () => ApiKeyAuth.header("X-Api-Key", secret),
      () => ApiKeyAuth.query(secret, 5 as never),
      () => ApiKeyAuth.query("key", secret),
      () => new CompositeAuth(secret as never),
    ]) {
      expect(await shownBy(make), `${String(make)} ${String(given)}`).not.toContain("7316528490");
    }
  }
});

test("a secret in the wrong place of the headers is in no error", async () => {
  for (const given of secrets) {
    const secret = given as string;
    for (const options of [
      { headers: { "X-Api-Key": secret } },
      { headers: [[secret, "X-Api-Key"]] },
      { headers: [[`${secret} `, "X-Api-Key"]] },
    ]) {
      const shown = await shownBy(() => new SseConfig("https://example.com/", options as object));
      expect(shown, inspect(options)).not.toContain("7316528490");
    }
  }
});

test("what a function of HmacAuth returns in place of a time or a message is in no error", async () => {
  for (const secret of secrets.filter((each) => typeof each === "string")) {
    const functions = {
      timestampFormat: () => secret,
      clockOffset: () => secret,
      now: () => secret,
      message: () => secret,
    };
    for (const [name, give] of Object.entries(functions)) {
      const auth = new HmacAuth({ secret: "s", message: () => "", [name]: give });
      const request = { method: "GET", url: new URL("https://example.com/"), headers: new Headers() };
      const error = await rejection(auth.sign(request));
      expect(inspect(error, { depth: Infinity }), `${name} ${secret}`).not.toContain("7316528490");
    }
  }
});
