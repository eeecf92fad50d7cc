import type { Proxy } from "./proxy.js";

/** https://varnish-cache.org/docs/7.1/reference/vcl.html. It streams by default (`beresp.do_stream`). */
export const varnish: Proxy = {
  name: "Varnish",
  command: "varnishd",
  versionArgs: ["-V"],
  config: ({ backEnd }) => `
vcl 4.1;
backend feed {
  .host = "127.0.0.1";
  .port = "${backEnd}";
  .between_bytes_timeout = 1h;
}
sub vcl_recv {
  return (pass);
}
`,
  args: ({ port, folder, config }) => [
    "-F",
    "-j",
    "none",
    "-n",
    `${folder}/varnish`,
    "-a",
    `127.0.0.1:${port}`,
    "-T",
    "none",
    "-s",
    "malloc,16m",
    "-f",
    config,
  ],
  notes: "`return (pass)` in `vcl_recv`: otherwise a second client gets the events of the first from the cache",
};
