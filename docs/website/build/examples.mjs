// An example for each option: from ../examples, which the compiler checks, or made where the type leaves no doubt.
import ts from "typescript";
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../examples/", import.meta.url).pathname;

/** The examples: the text of each property, by the name of the interface and the name of the option. */
export function readExamples() {
  const found = new Map();
  for (const name of readdirSync(FOLDER)) {
    const text = readFileSync(FOLDER + name, "utf8");
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    for (const { declarationList } of source.statements.filter(ts.isVariableStatement)) {
      for (const { initializer } of declarationList.declarations) {
        if (initializer === undefined || !ts.isSatisfiesExpression(initializer)) continue;
        const properties = initializer.expression.properties.map((each) => [each.name.getText(), outdented(each)]);
        found.set(
          initializer.type
            .getText()
            .replace(/^Partial<(\w+).*/, "$1")
            .replace(/<.*/, ""),
          new Map(properties),
        );
      }
    }
  }
  return found;
}

/** The example of one option. Throws where there is none in the file and none can be made. */
export function exampleOf(owner, { name, type, unit, fallback, examples }) {
  const written = examples.get(owner)?.get(name);
  if (written !== undefined) return written;
  const value = made(type, unit, fallback);
  if (value !== undefined) return `${name}: ${value}`;
  throw new Error(
    `docs/website/examples has no example for ${owner}.${name}, and none can be made of its type: ${type}`,
  );
}

function made(type, unit, fallback) {
  if (type === "boolean") return String(!/true/.test(fallback ?? "false"));
  if (type === "number" && unit === "milliseconds") return "30_000";
  if (type === "number" && fallback === "no limit") return "500";
  if (/^("[^"]+"( \| )?)+$/.test(type)) return type.split(" | ").findLast((choice) => choice !== fallback);
  // Twice the default, which may be a product.
  const [, first, rest] = /^`?([\d_]+)((?: \* [\d_]+)*)`?$/.exec(fallback ?? "") ?? [];
  if (type === "number" && first !== undefined) return String(Number(first.replaceAll("_", "")) * 2) + rest;
  return undefined;
}

/** The text of a property, its later lines as far to the left as its first. */
function outdented(property) {
  const text = property.getText();
  const margin = property.getSourceFile().getLineAndCharacterOfPosition(property.getStart()).character;
  return text.replaceAll(new RegExp(`^ {${margin}}`, "gm"), "");
}
