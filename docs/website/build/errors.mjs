// The page of the codes of TransportError, from the doc comments of error.ts.
import ts from "typescript";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { docOf } from "./doc-comment.mjs";
import { root } from "./paths.mjs";

const FILE = "packages/hpx-transport/src/error.ts";

/** The page, in Markdown. */
export function errorsPage() {
  const source = ts.createSourceFile(FILE, readFileSync(join(root, FILE), "utf8"), ts.ScriptTarget.Latest, true);
  const details = source.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "TransportErrorDetails",
  );
  const codes = details.members.filter(ts.isPropertySignature).map(codeOf);
  const list = codes.map(({ code, means }) => `| [\`${code}\`](#${code}) | ${firstSentence(means)} |`);
  return `---
title: Errors
---

# Errors: what each code means, and what to do

Every error of the packages is a \`TransportError\` with a \`code\`. \`TransportError.is(error, "TIMEOUT")\` recognises one and
narrows \`error.details\`, which has the facts that this page lists. \`error.cause\` is the error that led to it, and
\`error.retryable\` says whether a connection tries again by default. This page is written from the comments in the code.

| code | meaning |
| ---- | ------- |
${list.join("\n")}

${codes.map(section).join("\n")}`;
}

function codeOf(member) {
  const code = member.name.getText();
  const { text, tags } = docOf(member);
  if (text === "") throw new Error(`${FILE}: ${code} has no comment`);
  if (!tags.remarks) throw new Error(`${FILE}: the comment of ${code} has no @remarks that say what to do`);
  const properties = ts.isTypeLiteralNode(member.type) ? member.type.members.filter(ts.isPropertySignature) : [];
  return { code, means: text, todo: tags.remarks, properties };
}

function section({ code, means, todo, properties }) {
  const facts = properties.map((property) => {
    const type = property.type.getText().replaceAll(/\s+/g, " ");
    return `- \`details.${property.name.getText()}\` (\`${type}\`): ${docOf(property).text}`;
  });
  return `## ${code} {#${code}}

${means}

**What to do.** ${todo}
${facts.length === 0 ? "" : `\n${facts.join("\n")}\n`}`;
}

function firstSentence(text) {
  return /^.*?[.](?=\s|$)/s.exec(text)[0].replaceAll("\n", " ");
}
