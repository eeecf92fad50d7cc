import { apache } from "./apache.js";
import { caddy } from "./caddy.js";
import { haproxy } from "./haproxy.js";
import { nginx } from "./nginx.js";
import type { Proxy } from "./proxy.js";
import { varnish } from "./varnish.js";

export const proxies: readonly Proxy[] = [nginx, caddy, haproxy, apache, varnish];
