import type { StandardSchema } from "sseer";
import { hasMethod } from "../checks/checkers.js";
import { TransportError } from "../error.js";
import type { WsData, WsMessage } from "./protocol/message.js";

/** Any Standard Schema (zod, valibot, ...). */
export type WsSchema<T> = StandardSchema<T>;

/** The value of a message: the handler's parse, or the JSON of its content. @throws {TransportError} `WS_PARSE` */
export function valueOf({ value, data }: Pick<WsMessage, "value" | "data">): unknown {
  return value === undefined ? jsonOf(data) : value;
}

/** The value as the schema has it. @throws {TransportError} `WS_PARSE`, or `HANDLER` for a schema that throws */
export async function validated<T>(schema: WsSchema<T> | undefined, value: unknown): Promise<T> {
  if (schema === undefined) return value as T;
  let result: Awaited<ReturnType<WsSchema<T>["~standard"]["validate"]>>;
  try {
    result = await schema["~standard"].validate(value);
  } catch (cause) {
    throw TransportError.handler("schema", cause);
  }
  if (result.issues === undefined) return result.value;
  const [issue] = result.issues;
  const path = (issue?.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
  throw TransportError.wsParse(`the schema does not take the content: ${issue?.message ?? "no reason"}`, { path });
}

/** @throws {TransportError} `CONFIG` where `schema` is no Standard Schema */
export function checkSchema(schema: unknown): void {
  if (schema === undefined) return;
  const standard: unknown =
    (typeof schema === "object" && schema !== null) || typeof schema === "function"
      ? Reflect.get(schema, "~standard")
      : undefined;
  if (!hasMethod(standard, "validate")) {
    throw TransportError.config("schema", "a value", "it takes a Standard Schema, such as one of zod or valibot");
  }
}

function jsonOf(data: WsData): unknown {
  try {
    return JSON.parse(typeof data === "string" ? data : new TextDecoder().decode(data));
  } catch (cause) {
    throw TransportError.wsParse("the content of a message is no JSON", { cause });
  }
}
