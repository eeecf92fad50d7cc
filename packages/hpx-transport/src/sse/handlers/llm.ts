import { isName, nameOf } from "../../checks/names.js";
import type { AnyTransportError } from "../../error.js";
import type { SseVerdict } from "../protocol/verdict.js";
import { at, jsonOf, retryUnlessAccepted } from "./support.js";

/** Milliseconds that an LLM may think before it answers: the default of `responseTimeout` for its handler. */
export const ANSWER_TIMEOUT = 600_000;

/** The verdict that there is an error in the stream. */
export type ErrorVerdict = Extract<SseVerdict, { readonly error: string }>;

/** The longest JSON over several lines that is searched for an error, in characters. */
const LONGEST_JSON = 16 * 1024;

/** The names that a service gives a refusal that no wait cures. */
const NO_CREDIT_NAME =
  /"(?:insufficient_\w+|exceeded_current_quota\w*|quota_exhausted|billing_\w+|payment_required|no_credits?|out_of_credits?)"/i;
/** The same in words. */
const NO_CREDIT_TEXT =
  /\b(?:no|insufficient|out of|not enough|exhausted)\s+(?:\w+\s+)?(?:credits?|quota|balance|funds)\b|\bcredits?\s+(?:balance\s+is\s+too\s+low|exhausted|depleted)|exceeded your current quota|check your (?:plan and )?billing|\bbilling\s+(?:hard\s+)?(?:limit|account|issue|problem)/i;
/** A limit of the rate may speak of quotas and of billing, too. It says when to come again. */
const WAITING_HELPS = /rate[_ -]?limit|try again in|retry in|retry_?delay|per[ _](?:second|minute|hour|day)/i;

/** Whether an LLM's handler retries after `error`: not where the request was accepted, nor where there is no credit. */
export function retryAnswer(error: AnyTransportError): boolean {
  return retryUnlessAccepted(error) && !lacksCredit(error);
}

function lacksCredit(error: AnyTransportError): boolean {
  if (error.code !== "SSE_INVALID_STATUS") return false;
  const { status, body } = error.details;
  if (status !== 429 && status !== 402) return false;
  return NO_CREDIT_NAME.test(body) || (NO_CREDIT_TEXT.test(body) && !WAITING_HELPS.test(body));
}

/**
 * The error that a JSON value is, in the forms of OpenAI, Anthropic, the AI SDK, vLLM and OpenRouter; undefined where it is
 * none.
 */
export function errorInJson(json: unknown): ErrorVerdict | undefined {
  const error = at(json, "error");
  const isError = at(json, "type") === "error" || at(json, "object") === "error";
  if (isError) return errorVerdict(error, json);
  if (error === undefined || error === null || error === false || error === "") return undefined;
  return errorVerdict(error, json);
}

/** The verdict on `error`, which is an object or a text. `around` is the object that it is in, which may have more. */
export function errorVerdict(error: unknown, around?: unknown): ErrorVerdict {
  const code = [error, around]
    .flatMap((part) => [at(part, "code"), at(part, "status_code"), at(part, "status")])
    .find((candidate): candidate is string | number => isName(candidate));
  const type = [at(error, "type"), at(around, "type")].find(
    (candidate): candidate is string => isName(candidate) && typeof candidate === "string" && candidate !== "error",
  );
  const message = [at(error, "message"), error, at(around, "message"), at(around, "errorText")].find(
    (candidate): candidate is string => typeof candidate === "string",
  );
  return { error: nameOf(code, type, error), code, type, message };
}

/** Finds errors in lines that the standard ignores: a field of the name `error`, or JSON without a field name. */
export class LineErrors {
  /** JSON over several lines, so far. */
  #json = "";

  judge(line: string): ErrorVerdict | undefined {
    if (/^error\s*:/.test(line)) return errorInField(line.slice(line.indexOf(":") + 1).trim());
    if (line.startsWith("{") || line.startsWith("[")) this.#json = "";
    if (this.#json !== "" && this.#json.length + line.length > LONGEST_JSON) return undefined;
    this.#json += line;
    // Only a line that may be the last one is worth the parsing of all of them.
    if (!/^(?:\{.*\}|\[.*\]|[}\]]+)\s*$/.test(line)) return undefined;
    const json = jsonOf(this.#json);
    return errorInJson(Array.isArray(json) ? json[0] : json);
  }
}

function errorInField(value: string): ErrorVerdict {
  const json = jsonOf(value);
  return errorInJson(json) ?? errorVerdict(json ?? value);
}
