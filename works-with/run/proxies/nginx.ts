import type { Proxy } from "./proxy.js";

/**
 * https://nginx.org/en/docs/http/ngx_http_proxy_module.html. It asks the server over HTTP/1.0, whose responses have no
 * chunks, and then it delivers only buffers that are full.
 */
export const nginx: Proxy = {
  name: "nginx",
  command: "nginx",
  versionArgs: ["-v"],
  config: ({ port, backEnd, folder }) => `
    daemon off;
    worker_processes 1;
    pid ${folder}/nginx.pid;
    error_log stderr;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body;
      proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi;
      scgi_temp_path ${folder}/scgi;
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://127.0.0.1:${backEnd};
          proxy_buffering off;
          proxy_read_timeout 1h;
        }
      }
    }`,
  args: ({ folder, config }) => ["-p", folder, "-c", config, "-e", "stderr"],
  notes: "`proxy_buffering off`, or the header `X-Accel-Buffering: no` from the server",
};
