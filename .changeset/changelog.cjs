// The entries of the CHANGELOGs: the text of a changeset without the number of its commit, its first line in bold. A new version of
// a package of this repository is no news: all of them have the same one.
module.exports = {
  getReleaseLine: async ({ summary }) => {
    const [first, ...rest] = summary.trim().split("\n");
    const end = first.endsWith(".") && rest.length > 0 ? `**${first}**` : first;
    return `\n${[`- ${end}`, ...rest.map((line) => (line === "" ? "" : `  ${line}`))].join("\n")}`;
  },
  getDependencyReleaseLine: async () => "",
};
