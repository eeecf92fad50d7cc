// Text of a terminal, with its escape sequences, as text of an SVG.
const COLORS = { 31: "#f47067", 32: "#6bc46d", 33: "#daaa3f", 34: "#6cb6ff", 35: "#dcbdfb", 36: "#76e3ea" };

/** The parts of a line that look the same, each with its column. */
export function spans(line) {
  const found = [];
  let style = {};
  let column = 0;
  for (const [, codes, text] of line.matchAll(/\u001B\[([\d;]*)m|([^\u001B]+)/g)) {
    if (text === undefined) {
      for (const code of codes.split(";")) style = styled(style, Number(code));
      continue;
    }
    // Words apart, so that a font of another width moves nothing by more than a word.
    for (const word of text.matchAll(/\S+/g)) found.push({ ...style, text: word[0], column: column + word.index });
    column += text.length;
  }
  return found;
}

function styled(style, code) {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, color: undefined };
  return code in COLORS ? { ...style, color: COLORS[code] } : style;
}

/** A part of a line as an element, `margin` from the left. */
export function place({ text, column, bold = false, dim = false, color }, margin, width) {
  const x = (margin + column * width).toFixed(1);
  const look = `${bold ? ' font-weight="bold"' : ""}${dim ? ' opacity="0.6"' : ""}${color ? ` fill="${color}"` : ""}`;
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}"${look}>${escaped}</text>`;
}
