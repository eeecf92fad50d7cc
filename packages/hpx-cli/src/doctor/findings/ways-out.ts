import type { Head } from "../evidence.js";

type Product = "nginx" | "HAProxy" | "Express";

/** Programs that are often between a stream and its clients, or send it; and how a response shows that. */
const PRODUCTS: Readonly<Record<Product, RegExp>> = {
  nginx: /nginx|openresty/i,
  HAProxy: /haproxy/i,
  Express: /express/i,
};

type Problem = "buffering" | "compression" | "timeout";

/** The settings that help, by problem and product. */
const SETTINGS: Readonly<Record<Problem, Readonly<Record<Product, string>>>> = {
  buffering: {
    nginx: "`X-Accel-Buffering: no` in the response, or `proxy_buffering off`",
    HAProxy: "`option http-no-delay`",
    Express: "`res.flushHeaders()` first and, with `compression()`, `res.flush()` after each event",
  },
  compression: {
    nginx: "text/event-stream left out of `gzip_types`, or `gzip off`",
    HAProxy: "text/event-stream left out of `compression type`",
    Express: "`res.flush()` after each event, or a `filter` of `compression()` that leaves text/event-stream out",
  },
  timeout: {
    nginx: "a longer `proxy_read_timeout` (60 s unless it is set)",
    HAProxy: "a longer `timeout server` and `timeout client`",
    Express: "no `server.setTimeout`",
  },
};

/** What each product has against a problem; those that the response shows come first. */
export function waysOut(problem: Problem, head: Head | undefined): string {
  const seen = productsOf(head);
  const all = Object.keys(PRODUCTS) as Product[];
  const order = [...seen, ...all.filter((product) => !seen.includes(product))];
  return order.map((product) => `${product}: ${SETTINGS[problem][product]}`).join("; ");
}

/** The products that a response names. */
export function productsOf(head: Head | undefined): readonly Product[] {
  const named = ["server", "via", "x-powered-by"].map((name) => head?.headers.get(name) ?? "").join(" ");
  return (Object.keys(PRODUCTS) as Product[]).filter((product) => PRODUCTS[product].test(named));
}
