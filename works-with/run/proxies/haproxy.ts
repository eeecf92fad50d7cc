import type { Proxy } from "./proxy.js";

/** https://docs.haproxy.org/2.6/configuration.html. It forwards what has arrived. */
export const haproxy: Proxy = {
  name: "HAProxy",
  command: "haproxy",
  versionArgs: ["-v"],
  config: ({ port, backEnd }) => `
global
  maxconn 100
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen events
  bind 127.0.0.1:${port}
  server feed 127.0.0.1:${backEnd}
`,
  args: ({ config }) => ["-db", "-f", config],
  notes: "no setting; `timeout client` and `timeout server` longer than the silence of the stream",
};
