import { expect, test } from "vitest";
import { ApiKeyAuth, BearerAuth, CompositeAuth, HmacAuth, NoAuth } from "../../src/auth/index.js";
import { nodeHmac, request } from "./support.js";

test("NoAuth changes nothing of a request, and a 401 is not worth another one", async () => {
  const signable = request("/p?a=1", { method: "POST", body: "b", headers: { "X-A": "1" } });
  const auth: NoAuth & { renewable?: boolean } = new NoAuth();
  auth.sign();
  expect(signable).toEqual(request("/p?a=1", { method: "POST", body: "b", headers: { "X-A": "1" } }));
  expect(auth.renewable).toBeUndefined();
});

test("strategies run in order, each over what the ones before it left", async () => {
  const auth = new CompositeAuth(
    ApiKeyAuth.query("api_key", "k"),
    new BearerAuth(async () => "token"),
    new HmacAuth({ secret: "s", now: () => 5, message: (p) => `${p.query} ${p.headers.get("authorization")}` }),
  );
  const signable = request("/p?a=1");
  await auth.sign(signable);
  expect(signable.url.search).toBe("?a=1&api_key=k&timestamp=5");
  expect(signable.headers.get("x-signature")).toBe(nodeHmac("s", "a=1&api_key=k&timestamp=5 Bearer token"));
});

test("it waits for each strategy, and one that throws ends it", async () => {
  const order: string[] = [];
  const slow = {
    sign: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push("slow");
    },
  };
  const broken = {
    sign: () => {
      order.push("broken");
      throw new Error("no key today");
    },
  };
  const auth = new CompositeAuth(slow, broken, { sign: () => void order.push("never") });
  await expect(auth.sign(request("/p"))).rejects.toThrow("no key today");
  expect(order).toEqual(["slow", "broken"]);
});

test("it is renewable when one of them is, also one inside another", () => {
  const fixed = new BearerAuth("token");
  const renewable = new BearerAuth(() => "token");
  expect(new CompositeAuth(fixed, new NoAuth()).renewable).toBe(false);
  expect(new CompositeAuth(fixed, renewable).renewable).toBe(true);
  expect(new CompositeAuth(fixed, new CompositeAuth(renewable)).renewable).toBe(true);
});

test.each([
  [[], "CompositeAuth: no strategy cannot be used; it takes at least one; NoAuth signs nothing"],
  [[new NoAuth(), "planted"], "CompositeAuth: a string as strategy 2 cannot be used; it takes objects with sign()"],
  [[undefined], "CompositeAuth: undefined as strategy 1 cannot be used; it takes objects with sign()"],
])("%o is refused at the door", (strategies, message) => {
  expect(() => new CompositeAuth(...(strategies as never[]))).toThrow(message);
});

test("a key in the query leaves the rest of it as the caller wrote it", async () => {
  const signable = request("/p?b=x%20y&key=old&a='&key=older");
  ApiKeyAuth.query("key", "a b+c").sign(signable);
  expect(signable.url.search).toBe("?b=x%20y&key=a%20b%2Bc&a=%27");
});
