// What `hpx-transport/http` exports on every runtime.
export type { Lookup, LookupAddress, LookupOptions, NodeClientOptions } from "../node/options.js";
export type {
  UndiciDispatchController,
  UndiciDispatcher,
  UndiciDispatchHandler,
  UndiciDispatchOptions,
} from "../node/dispatcher.js";
export { FetchClient, type FetchClientOptions } from "../fetch/client.js";
export type { BodyConsumer, HttpBody, HttpClient, HttpRequest, HttpResponse } from "../client.js";
export { bytesAsText, textAsBytes } from "../headers.js";
export {
  sendFollowingRedirects,
  type FollowedRedirect,
  type FollowedResponse,
  type FollowOptions,
  type RedirectableRequest,
} from "../redirects.js";
export type { ProxyOptions } from "../node/dial/proxy-options.js";
export type { Pem, TlsOptions } from "../node/dial/tls-options.js";
