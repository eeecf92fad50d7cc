// The page of all options: from the interfaces that the public entries export, and the option tables beside them.
import ts from "typescript";
import { join } from "node:path";
import { docOf } from "./doc-comment.mjs";
import { exampleOf, readExamples } from "./examples.mjs";
import { optionTables } from "./option-tables.mjs";
import { home, root } from "./paths.mjs";

/** Exported, but no options of the user's: what a function of the user's is called with. */
const NOT_GIVEN = new Set(["LookupOptions", "UndiciDispatchOptions"]);

/** The page, in Markdown. */
export function optionsPage(entries) {
  const config = ts.readConfigFile(join(home, "tsconfig.json"), (file) => ts.sys.readFile(file)).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, home);
  const program = ts.createProgram(
    entries.map(({ file }) => join(root, file)),
    options,
  );
  const tables = optionTables(program);
  const examples = readExamples();
  const sections = interfacesOf(program, entries).map((found) => section(found, tables, examples));
  return `---
title: All options
pageClass: options-page
---

# Every option of every entry

Durations are milliseconds and sizes are bytes. An option that is \`undefined\` means its default, and 0 turns a timeout off.
A misspelt name or a value that cannot be used is an error with the code \`CONFIG\`, which names the option. This page is
written from the tables that the code reads its options by.

<OptionFilter />

${sections.join("\n")}`;
}

/** Every exported interface of options, once: at the first entry that exports it. */
function interfacesOf(program, entries) {
  const checker = program.getTypeChecker();
  const found = new Map();
  const first = entries.toSorted((a, b) => Number(b.name.endsWith("/sse")) - Number(a.name.endsWith("/sse")));
  for (const { name, file } of first) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(join(root, file)));
    for (const exported of checker.getExportsOfModule(module)) {
      if (!exported.name.endsWith("Options") || NOT_GIVEN.has(exported.name)) continue;
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const declaration = symbol.declarations?.find(ts.isInterfaceDeclaration);
      if (declaration === undefined) continue;
      const known = found.get(declaration);
      if (known === undefined) found.set(declaration, { name: exported.name, declaration, entries: [name] });
      else known.entries.push(name);
    }
  }
  return [...found.values()];
}

function section({ name, declaration, entries }, tables, examples) {
  const table = tables.get(name);
  const { text } = docOf(declaration);
  const rows = declaration.members
    .filter(ts.isPropertySignature)
    .map((member) => option(name, member, table, examples));
  const others = (declaration.heritageClauses ?? []).flatMap(({ types }) => types.map(inherited));
  return `## ${name} {#${name}}

<p class="option-entry">from ${entries.map((entry) => `<code>${entry}</code>`).join(", ")}</p>

${text}
${others.map((other) => `\n${other}\n`).join("")}
${rows.join("\n")}`;
}

/** What an interface takes over from another one. */
function inherited({ expression, typeArguments = [] }) {
  const [base, without] = expression.getText() === "Omit" ? typeArguments : [expression, undefined];
  const name = base.getText().replace(/^Partial<(.*)>$/, "$1");
  const names = without?.getText().match(/"\w+"/g) ?? [];
  const except = names.length === 0 ? "" : `, except ${names.map((each) => `\`${JSON.parse(each)}\``).join(", ")}`;
  return `It also takes the options of [\`${name}\`](#${name})${except}; those below are its own or have another default.`;
}

function option(owner, member, table, examples) {
  const name = member.name.getText();
  const { text, tags } = docOf(member);
  const row = table?.get(name);
  const type = typeText(member.type);
  const unit = row?.unit ?? unitIn(text);
  const required = member.questionToken === undefined;
  const fallback = tags.defaultValue;
  checkDefault(`${owner}.${name}`, fallback, row?.fallback);
  const shown = required ? "none, it is required" : code(fallback ?? row?.fallback ?? "none");
  const example = exampleOf(owner, { name, type, unit, fallback: row?.fallback ?? fallback, examples });
  return `### ${name} {#${owner}-${name}}

<dl class="option-facts">
<div><dt>Type</dt><dd>

\`${type}\`

</dd></div>
${unit === undefined ? "" : `<div><dt>Unit</dt><dd>${unit}</dd></div>\n`}<div><dt>Default</dt><dd>

${shown}

</dd></div>
</dl>

${text}

\`\`\`ts
${example}
\`\`\`
`;
}

function typeText(type) {
  const parts = ts.isUnionTypeNode(type) ? type.types : [type];
  const shown = parts.map((part) => part.getText().replaceAll(/\s+/g, " ")).filter((part) => part !== "undefined");
  return shown.length === 1 ? shown[0].replace(/^\((.*)\)$/, "$1") : shown.join(" | ");
}

function unitIn(text) {
  if (/\bmilliseconds\b/i.test(text)) return "milliseconds";
  if (/\b(size|sizes|in|of) (in )?bytes\b|\bin bytes\b/i.test(text)) return "bytes";
  return undefined;
}

/** A default that is a bare value, as code. */
function code(value) {
  return /^[\w.]+$/.test(value) && value !== "none" ? `\`${value}\`` : value;
}

/** The comment and the table have to say the same, where both are plain values. */
function checkDefault(name, said, used) {
  if (said === undefined || used === undefined) return;
  const words = /^`?([^`]*)`?$/.exec(said)?.[1];
  const [inComment, inTable] = [plainValue(words), plainValue(used)];
  if (inComment === undefined || inTable === undefined || inComment === inTable) return;
  throw new Error(`${name}: its comment says that the default is ${said}, and its table says ${used}`);
}

function plainValue(text) {
  if (/^"[^"]*"$|^(true|false)$/.test(text ?? "")) return text;
  if (!/^[\d_ *.]+$/.test(text ?? "")) return undefined;
  return text
    .split("*")
    .map((part) => Number(part.replaceAll("_", "")))
    .reduce((product, factor) => product * factor, 1);
}
