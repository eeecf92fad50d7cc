import type { Proxy } from "./proxy.js";

const MODULES = "/usr/lib/apache2/modules";

/** https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass */
export const apache: Proxy = {
  name: "Apache httpd",
  command: "apache2",
  versionArgs: ["-v"],
  config: ({ port, backEnd, folder }) => `
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule proxy_module ${MODULES}/mod_proxy.so
LoadModule proxy_http_module ${MODULES}/mod_proxy_http.so
ServerRoot ${folder}
ServerName 127.0.0.1
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex file:${folder} default
ErrorLog ${folder}/error.log
Listen 127.0.0.1:${port}
ProxyPass / http://127.0.0.1:${backEnd}/
`,
  args: ({ config }) => ["-DFOREGROUND", "-f", config],
  notes: "no setting on `ProxyPass`",
};
