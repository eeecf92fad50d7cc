/** The repository. */
export const root = new URL("../../../", import.meta.url).pathname;
/** The folder of the documentation, with packages of its own. */
export const home = `${root}docs/`;
/** The Markdown of the whole site: written by this build, read by VitePress. */
export const staged = `${home}.pages/`;
