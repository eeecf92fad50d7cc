/** The style of the report: the reader's choice of light or dark, and nothing that is loaded from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --back: #fff; --line: #d1d9e0; --error: #b3261e;
  --warning: #8a5a00; --note: #0b5394; --ok: #1a7f37; --events: #0969da; --heartbeats: #8250df; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9198a1; --back: #0d1117; --line: #3d444d;
  --error: #ff7b72; --warning: #e3b341; --note: #79c0ff; --ok: #56d364; --events: #58a6ff; --heartbeats: #bc8cff; } }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: var(--text); background: var(--back);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-top: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { width: 11rem; font-weight: 600; } td p { margin: 0; } td .fix, .dim, figure p { color: var(--dim); }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); } .ok { color: var(--ok); }
figure { margin: 1.5rem 0; } figcaption { font-weight: 600; } figure p { margin: .2rem 0; font-size: .9rem; }
svg { width: 100%; height: auto; } svg text { fill: var(--dim); font-size: 12px; } svg .lane { fill: var(--text); }
svg path { fill: none; stroke: var(--line); } svg .grid { stroke-dasharray: 2 4; } svg .head { stroke: var(--ok); }
svg path.end { stroke: var(--error); stroke-width: 2; }
svg rect.events { fill: var(--events); } svg rect.heartbeats { fill: var(--heartbeats); }
@media print { body { margin: 0; } }
`;
