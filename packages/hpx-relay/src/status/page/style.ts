/** The style of the status page: the reader's choice of light or dark, and nothing that is loaded from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --back: #fff; --soft: #f6f8fa; --line: #d1d9e0;
  --bad: #b3261e; --wait: #8a5a00; --good: #1a7f37; --spark: #0969da; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9198a1; --back: #0d1117; --soft: #161b22;
  --line: #3d444d; --bad: #ff7b72; --wait: #e3b341; --good: #56d364; --spark: #58a6ff; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--back); font: 14px/1.4 system-ui, sans-serif; }
header { position: sticky; top: 0; z-index: 1; padding: .6rem 1rem; background: var(--back); border-bottom: 1px solid var(--line); }
header > div { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; align-items: baseline; }
h1 { margin: 0; font-size: 1.1rem; } #live { color: var(--dim); } #live.away { color: var(--bad); font-weight: 600; }
#totals { margin-top: .4rem; } #totals b { font-variant-numeric: tabular-nums; }
#tools { margin-top: .5rem; } input, select { font: inherit; padding: .2rem .4rem; color: inherit; background: var(--soft);
  border: 1px solid var(--line); border-radius: 4px; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; color: var(--dim); } th, td { padding: .25rem .6rem; white-space: nowrap; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--spark); }
td { border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; overflow: hidden; text-overflow: ellipsis; }
td.number { text-align: right; } td.id, td.error { max-width: 16rem; } td.error { color: var(--bad); max-width: 28rem; }
td svg { width: 90px; height: 20px; vertical-align: middle; } td svg path { fill: none; stroke: var(--spark); stroke-width: 1.5; }
.state::before { content: "●"; margin-right: .4em; color: var(--dim); }
.state.flowing::before, .ready { color: var(--good); } .state.connecting::before, .state.starting::before { color: var(--wait); }
.state.blocked::before, .state.failed::before, .not-ready { color: var(--bad); }
.some { color: var(--wait); font-weight: 600; }
#none { padding: 2rem 1rem; color: var(--dim); }
[hidden] { display: none !important; }
`;
