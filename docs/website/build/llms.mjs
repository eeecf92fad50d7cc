// llms.txt: the map of the site for programs that read it, and llms-full.txt: all guides in one file.

/** `guides` are the pages in the order of learning, each with its path, its title and its Markdown. */
export function llmsTxt(guides) {
  const list = guides.map(({ page, title, text }) => `- [${title}](/${page}.html): ${summaryOf(text)}`);
  return `# hpx-transport

> A TypeScript client for live streams over HTTP: it connects, signs, reconnects, resumes and shuts down. The package sseer is
> its parser for text/event-stream, hpx-relay brings many streams into a log of SQLite or NATS, and hpx-cli is the command line of
> all of them. All guides in one file: [llms-full.txt](/llms-full.txt)

## Guides

${list.join("\n")}

## Reference

- [Every option](/options.html): type, unit, default and an example of each; the [file of the relay](/options.html#RelayConfig), too
- [Errors](/errors.html): each code, what it means and what to do
- [Reference](/reference/index.html): every public name
- [Works with](/guides/works-with.html), [Comparison](/comparison.html), [Decisions](/decisions.html)
`;
}

export function llmsFullTxt(guides) {
  return guides
    .map(({ text }) => text.replace(/^---\n[^]*?\n---\n+/, "").replaceAll(/^<!-- .* -->\n+/gm, ""))
    .join("\n\n");
}

/** The first sentence of a page below its heading. */
function summaryOf(text) {
  const paragraph = text
    .replace(/^---\n[^]*?\n---\n/, "")
    .split(/\n{2,}/)
    .find((part) => /^[A-Z`]/.test(part));
  return (/^.*?[.:](?=\s|$)/s.exec(paragraph ?? "")?.[0] ?? "").replaceAll("\n", " ").replace(/:$/, ".");
}
