// Doc comments as Markdown for a page.
import ts from "typescript";

/** The text of a doc comment, and the text of each of its tags by name. */
export function docOf(node) {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const tags = ts.getJSDocTags(node).map((tag) => [tag.tagName.text, markdown(tag.comment)]);
  return { text: markdown(comments.at(-1)?.comment), tags: Object.fromEntries(tags) };
}

function markdown(comment) {
  if (comment === undefined) return "";
  if (typeof comment === "string") return comment.trim();
  return comment
    .map((part) => (ts.isJSDocLink(part) ? `\`${part.name?.getText() ?? ""}${part.text}\`` : part.text))
    .join("")
    .trim();
}
