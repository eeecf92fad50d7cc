import type { Proxy } from "./proxy.js";

/** https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#streaming */
export const caddy: Proxy = {
  name: "Caddy",
  command: "caddy",
  versionArgs: ["version"],
  config: ({ port, backEnd }) => `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${backEnd}
}
`,
  args: ({ config }) => ["run", "--config", config, "--adapter", "caddyfile"],
  environment: (folder) => ({ HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }),
  notes: "no setting",
};
