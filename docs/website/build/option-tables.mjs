// The tables that the code reads its options by: `{ idleTimeout: milliseconds(0), ... } satisfies Spec<SseOptions>`, or a constant
// of that type.
import ts from "typescript";

/** The unit of a duration in the relay's file. */
export const DURATION = "milliseconds, or text with a unit: 500ms, 60s, 5m, 2h, 7d";

/** The rows of every table, by the name of its interface and the name of the option: the unit, and the default as code. */
export function optionTables(program) {
  program.getTypeChecker(); // gives every node its parent
  const tables = new Map();
  const visit = (node) => {
    const [type, value] = ts.isSatisfiesExpression(node)
      ? [node.type, node.expression]
      : ts.isVariableDeclaration(node)
        ? [node.type, node.initializer]
        : [];
    if (type !== undefined && value !== undefined) {
      const name = /\bSpec<(?:Omit<)?(\w+)/.exec(type.getText())?.[1];
      const table = objectIn(value);
      if (name !== undefined && table !== undefined) tables.set(name, rows(table));
    }
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) {
    if (!file.isDeclarationFile && file.fileName.includes("/packages/")) visit(file);
  }
  return tables;
}

function objectIn(expression) {
  if (ts.isObjectLiteralExpression(expression)) return expression;
  return ts.isParenthesizedExpression(expression) ? objectIn(expression.expression) : undefined;
}

function rows(table) {
  const found = table.properties.map((property) => [property.name?.getText(), rowOf(property)]);
  return new Map(found.filter(([name]) => name !== undefined));
}

function rowOf(property) {
  if (!ts.isPropertyAssignment(property) || !ts.isCallExpression(property.initializer)) return {};
  const { expression, arguments: given } = property.initializer;
  const [first, second] = given.map((argument) => argument.getText());
  switch (expression.getText()) {
    case "milliseconds":
      return { unit: "milliseconds", fallback: literal(first) };
    case "count":
      return { unit: second === undefined ? undefined : JSON.parse(second), fallback: literal(first) };
    case "duration":
    case "timer":
      return { unit: DURATION, fallback: literal(first) };
    case "whole":
      return { fallback: literal(first) };
    case "flag":
      return { fallback: literal(first) };
    case "text":
      // In the relay's tables it is what an error says that the option takes.
      return { fallback: first?.startsWith('"it takes ') ? undefined : literal(first) };
    case "oneOf":
      return { fallback: literal(second) };
    default:
      return {};
  }
}

/** A value that can be shown as it is; a name or an expression cannot. */
function literal(text) {
  return text !== undefined && /^("[^"]*"|true|false|[\d_ *.]+)$/.test(text) ? text : undefined;
}
