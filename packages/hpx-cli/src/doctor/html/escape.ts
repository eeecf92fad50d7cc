import { printable } from "../../text.js";

/** HTML that was put together from escaped parts. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A template of HTML, in which every value is escaped, unless it is HTML itself: what a server sends can neither leave an
 * attribute nor begin an element. Characters that change the direction of text are removed.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, string, index) => text + toHtml(values[index - 1] ?? "") + string));
}

type HtmlValue = string | number | Html | readonly Html[];

function toHtml(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("\n");
  return printable(String(value)).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
