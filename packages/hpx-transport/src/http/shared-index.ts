// What `hpx-transport/http` exports on every runtime.
export type { UndiciClientOptions } from "./client-options.js";
export type {
  UndiciDispatchController,
  UndiciDispatcher,
  UndiciDispatchHandler,
  UndiciDispatchOptions,
} from "./dispatcher.js";
export { FetchClient } from "./fetch-client.js";
export type { FetchClientOptions } from "./fetch-options.js";
export type { BodyConsumer, HttpBody, HttpClient, HttpRequest, HttpResponse } from "./http-client.js";
export type { ProxyOptions } from "./proxy-options.js";
export type { Pem, TlsOptions } from "./tls-options.js";
