import type { Proxy } from "./proxy.js";

/** https://varnish-cache.org/docs/7.1/reference/vcl.html */
export const varnish: Proxy = {
  name: "Varnish",
  command: "varnishd",
  versionArgs: ["-V"],
  config: ({ backEnd }) => `
vcl 4.1;
backend feed {
  .host = "127.0.0.1";
  .port = "${backEnd}";
}
`,
  args: ({ port, folder, config }) => [
    "-F",
    ...["-j", "none"],
    ...["-n", `${folder}/varnish`],
    ...["-a", `127.0.0.1:${port}`],
    ...["-T", "none"],
    ...["-s", "malloc,16m"],
    ...["-f", config],
  ],
  notes: "",
};
