// The page of all options: from the interfaces that the public entries export, and the option tables beside them.
import ts from "typescript";
import { join } from "node:path";
import { docOf } from "./doc-comment.mjs";
import { exampleOf, readExamples } from "./examples.mjs";
import { DURATION, optionTables } from "./option-tables.mjs";
import { home, root } from "./paths.mjs";

/** Exported, but no options of the user's: what a function of the user's is called with, and checked options. */
const NOT_GIVEN = new Set(["LookupOptions", "UndiciDispatchOptions", "SseConfig"]);

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
  const interfaces = interfacesOf(program, entries);
  const names = new Set(interfaces.map(({ name }) => name));
  const context = { tables, examples, names, checker: program.getTypeChecker() };
  const sections = interfaces.map((found) => withLinks(section(found, context), found.name, names));
  return `---
title: All options
pageClass: options-page
---

# Every option of every entry

Durations are milliseconds and sizes are bytes. An option that is \`undefined\` means its default, and 0 turns a timeout off.
A misspelt name or a value that cannot be used is an error with the code \`CONFIG\`, which names the option. The file of
\`hpx relay\` is [RelayConfig](#RelayConfig), in YAML or JSON. This page is written from the tables that the code reads its
options by.

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
      if (!/(Options|Config)$/.test(exported.name) || NOT_GIVEN.has(exported.name)) continue;
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

function section({ name, declaration, entries }, { tables, examples, names, checker }) {
  const { text } = docOf(declaration);
  const bases = (declaration.heritageClauses ?? []).flatMap(({ types }) => [...types]);
  // Those of a base that has no section are listed with its own.
  const hidden = bases.filter((base) => !names.has(baseOf(base).name)).flatMap((base) => membersOf(base, checker));
  const rows = [...declaration.members, ...hidden]
    .filter(ts.isPropertySignature)
    .map((member) => option(name, member, tables.get(name), examples));
  const others = bases.filter((base) => names.has(baseOf(base).name)).map(inherited);
  return `## ${name} {#${name}}

<p class="option-entry">from ${entries.map((entry) => `<code>${entry}</code>`).join(", ")}</p>

${text}
${others.map((other) => `\n${other}\n`).join("")}
${rows.join("\n")}`;
}

/** The name of an interface that another one extends, and the names of the options that are left out. */
function baseOf({ expression, typeArguments = [] }) {
  const [base, without] = expression.getText() === "Omit" ? typeArguments : [expression, undefined];
  return {
    name: base.getText().replace(/^Partial<(.*)>$/, "$1"),
    without: without?.getText().match(/"\w+"/g) ?? [],
  };
}

function membersOf({ expression }, checker) {
  const declarations = checker.getTypeAtLocation(expression).symbol?.declarations ?? [];
  return declarations.filter(ts.isInterfaceDeclaration).flatMap(({ members }) => [...members]);
}

/** What an interface takes over from another one. */
function inherited(base) {
  const { name, without } = baseOf(base);
  const except = without.length === 0 ? "" : `, except ${without.map((each) => `\`${JSON.parse(each)}\``).join(", ")}`;
  return `It also takes the options of [\`${name}\`](#${name})${except}; those below are its own or have another default.`;
}

/** The page with a link at each name of another interface in its sentences. */
function withLinks(markdown, own, names) {
  return markdown.replaceAll(/(?<=^[^`\n]*(?:`[^`\n]+`[^`\n]*)*?)(?<!\[)`(\w+)`/gm, (whole, name) =>
    name !== own && names.has(name) ? `[${whole}](#${name})` : whole,
  );
}

function option(owner, member, table, examples) {
  const name = member.name.getText();
  const { text, tags } = docOf(member);
  const row = table?.get(name);
  const type = typeText(member.type);
  const isDuration = owner.endsWith("Config") && type === "number | string";
  const unit = row?.unit ?? (isDuration ? DURATION : unitIn(text));
  const required = member.questionToken === undefined;
  const fallback = tags.defaultValue;
  checkDefault(`${owner}.${name}`, fallback, row?.fallback);
  const shown = required ? "none, it is required" : code(fallback ?? row?.fallback ?? "none");
  // The file of the relay is YAML, and an object of options is YAML as well.
  const language = owner.endsWith("Config") ? "yaml" : "ts";
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

\`\`\`${language}
${example}
\`\`\`
`;
}

function typeText(type) {
  const parts = ts.isUnionTypeNode(type) ? type.types : [type];
  const shown = parts
    .map((part) => withoutComments(part.getText()).replaceAll(/\s+/g, " "))
    .filter((part) => part !== "undefined");
  return shown.length === 1 ? shown[0].replace(/^\((.*)\)$/, "$1") : shown.join(" | ");
}

function withoutComments(source) {
  return source.replaceAll(/\/\*[^]*?\*\//g, "");
}

function unitIn(text) {
  if (/\bmilliseconds\b/i.test(text)) return "milliseconds";
  if (/\b(size|sizes|in|of) (in )?bytes\b|\bin bytes\b/i.test(text)) return "bytes";
  return undefined;
}

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

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
  const [, amount, unit] = /^"(\d+)(ms|s|m|h|d)"$/.exec(text ?? "") ?? [];
  if (amount !== undefined) return Number(amount) * MILLISECONDS[unit];
  if (/^"[^"]*"$|^(true|false)$/.test(text ?? "")) return text;
  if (!/^[\d_ *.]+$/.test(text ?? "")) return undefined;
  return text
    .split("*")
    .map((part) => Number(part.replaceAll("_", "")))
    .reduce((product, factor) => product * factor, 1);
}
