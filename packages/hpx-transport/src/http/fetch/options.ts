/** Options of `FetchClient`. */
export interface FetchClientOptions {
  /**
   * The function that sends.
   *
   * @defaultValue the runtime's `fetch`, looked up at each request
   */
  readonly fetch?: typeof fetch | undefined;
  /**
   * Whether a browser sends its cookies along: to every origin (`"include"`), to the page's own, or to none. Other
   * runtimes keep no cookies.
   *
   * @defaultValue `"same-origin"`, as fetch has it
   */
  readonly credentials?: "omit" | "same-origin" | "include" | undefined;
}
