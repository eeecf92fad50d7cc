// What `hpx-transport/http` exports on every runtime.
export type { UndiciClientOptions } from "../node/options.js";
export type {
  UndiciDispatchController,
  UndiciDispatcher,
  UndiciDispatchHandler,
  UndiciDispatchOptions,
} from "../node/dispatcher.js";
export { FetchClient } from "../fetch/client.js";
export type { FetchClientOptions } from "../fetch/options.js";
export type { BodyConsumer, HttpBody, HttpClient, HttpRequest, HttpResponse } from "../client.js";
export type { ProxyOptions } from "../node/dial/proxy-options.js";
export type { Pem, TlsOptions } from "../node/dial/tls-options.js";
