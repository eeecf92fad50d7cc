// The page of the codes of TransportError and of the errors of the relay's log, from the doc comments in the code.
import ts from "typescript";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { docOf } from "./doc-comment.mjs";
import { root } from "./paths.mjs";

const FILE = "packages/hpx-transport/src/error.ts";
const LOG_FILE = "packages/hpx-relay/src/log/errors.ts";

/** The page, in Markdown. */
export function errorsPage() {
  const details = statementsOf(FILE).find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "TransportErrorDetails",
  );
  const codes = details.members.filter(ts.isPropertySignature).map(codeOf);
  const logErrors = statementsOf(LOG_FILE).filter(ts.isClassDeclaration).map(logErrorOf);
  const list = codes.map(({ code, means }) => `| [\`${code}\`](#${code}) | ${firstSentence(means)} |`);
  return `---
title: Errors
---

# Errors: what each code means, and what to do

Every error of the transport is a \`TransportError\` with a \`code\`. \`TransportError.is(error, "TIMEOUT")\` recognises one and
narrows \`error.details\`, which has the facts that this page lists. \`error.cause\` is the error that led to it, and
\`error.retryable\` says whether a connection tries again by default. This page is written from the comments in the code.

| code | meaning |
| ---- | ------- |
${list.join("\n")}

${codes.map(section).join("\n")}
## Errors of the relay's log {#relay}

A mistake in the file of [\`hpx relay\`](./guides/relay.md), and a log that cannot keep its promise, are [\`CONFIG\`](#CONFIG). What
a log throws at work has a \`name\` in place of a code; the relay deals with all of it, and its
[status](./guides/relay.md#watch-it) shows the message.

${logErrors.map(logSection).join("\n")}`;
}

function statementsOf(file) {
  return ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true).statements;
}

function logErrorOf(declaration) {
  const { text, tags } = docOf(declaration);
  const name = declaration.name.text;
  if (!tags.remarks) throw new Error(`${LOG_FILE}: the comment of ${name} has no @remarks that say what to do`);
  return { name, means: text, todo: tags.remarks };
}

function logSection({ name, means, todo }) {
  return `### ${name} {#${name}}

${means}

**What to do.** ${todo}
`;
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
