export type {
  UndiciClientOptions,
  UndiciDispatchController,
  UndiciDispatcher,
  UndiciDispatchHandler,
  UndiciDispatchOptions,
} from "./dispatcher.js";
export { FetchClient, type FetchClientOptions } from "./fetch-client.js";
export type { BodyConsumer, HttpBody, HttpClient, HttpRequest, HttpResponse } from "./http-client.js";
export { UndiciClient } from "./no-undici-client.js";
