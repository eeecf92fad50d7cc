// The tables that the code reads its options by: `{ idleTimeout: milliseconds(0), ... } satisfies Spec<SseOptions>`.
import ts from "typescript";

/** The rows of every table, by the name of its interface and the name of the option: the unit, and the default as code. */
export function optionTables(program) {
  program.getTypeChecker(); // gives every node its parent
  const tables = new Map();
  const visit = (node) => {
    if (ts.isSatisfiesExpression(node)) {
      const name = /^Spec<(?:Omit<)?(\w+)/.exec(node.type.getText())?.[1];
      const table = objectIn(node.expression);
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
    case "flag":
    case "text":
      return { fallback: literal(first) };
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
