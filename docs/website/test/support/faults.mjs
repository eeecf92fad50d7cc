// Runs inside of a page, so nothing from elsewhere can be used here.

/** What is wrong with the layout of the page, in words: a part that is wider than the window, code that wraps, a missing image. */
export function layoutFaults() {
  const faults = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    faults.push(`the page is ${document.documentElement.scrollWidth} pixels wide in a window of ${width}`);
  }
  for (const element of document.querySelectorAll(".Layout *")) {
    const { left, right, width: own } = element.getBoundingClientRect();
    if (own === 0 || (right <= width + 1 && left >= -1) || scrolls(element)) continue;
    if (
      getComputedStyle(element).visibility === "hidden" ||
      element.closest("[aria-hidden=true], .visually-hidden, .VPLocalNav, .VPSidebar")
    )
      continue;
    faults.push(
      `<${element.tagName.toLowerCase()} class="${element.className}"> reaches from ${Math.round(left)} to ${Math.round(right)}`,
    );
  }
  for (const code of document.querySelectorAll("pre code")) {
    const wrapped = [...code.querySelectorAll(":scope > .line")].find((line) => {
      const tops = [...line.children].flatMap((part) => [...part.getClientRects()]).map(({ top }) => top);
      return Math.max(...tops) - Math.min(...tops) > 8;
    });
    if (wrapped !== undefined) faults.push(`a line of code wraps: ${wrapped.textContent.trim()}`);
  }
  for (const image of document.images) {
    if (image.complete && image.naturalWidth === 0) faults.push(`the image ${image.src} is not there`);
  }
  return faults;

  /** Whether a box around the element can be scrolled sideways, so that the page stays as wide as the window. */
  function scrolls(element) {
    for (let box = element.parentElement; box !== null && box !== document.body; box = box.parentElement) {
      const { overflowX } = getComputedStyle(box);
      if (overflowX !== "visible") return true;
    }
    return false;
  }
}

/** What axe, which the page has to have, finds wrong on it. */
export async function axeFaults() {
  const { violations } = await globalThis.axe.run({ resultTypes: ["violations"] });
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join(", ")}`);
}
