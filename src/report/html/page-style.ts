// Text against its ground at 7:1 or more, bars and lines at 3:1 or more, in both schemes.
/** Of every page: light and dark, wide and narrow, on paper. */
export const pageStyle = `
:root { --ground: #ffffff; --raised: #f3f5f8; --ink: #1b2330; --soft: #4a5568; --line: #d5dbe4;
  --bar: #2563b8; --reference: #6b7685; --inexact: #b45a1c; --run: #0f2a52; --good: #14532d;
  --good-ground: #e3f4e8; --bad: #7f1d1d; --bad-ground: #fde8e8;
  --warning: #6b3a00; --warning-ground: #fdf0d5; --shadow: rgb(27 35 48 / .3); }
@media (prefers-color-scheme: dark) { :root { --ground: #12161d; --raised: #1b212b; --ink: #e8ecf2;
  --soft: #b6c0ce; --line: #333d4b; --bar: #5b9cf0; --reference: #8b97a8; --inexact: #e8935a;
  --run: #eaf2ff; --good: #b5e8c5; --good-ground: #14321f; --bad: #ffc9c9; --bad-ground: #451a1a;
  --warning: #ffdf9e; --warning-ground: #40300d; --shadow: rgb(160 185 220 / .35); } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, footer { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; }
p, ul { max-width: 46rem; } li { margin: .35rem 0; } p, li { overflow-wrap: anywhere; }
.verdict { padding: .6rem .9rem; border-radius: .4rem; max-width: none; }
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.warning { color: var(--warning); background: var(--warning-ground); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1rem; font-size: .9rem; }
.facts div { display: contents; } .facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .95em; }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.headlines div { background: var(--raised); border-radius: .4rem; padding: .75rem 1rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.headlines dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.headlines dt { color: var(--soft); font-size: .9rem; }
figure { margin: 0 0 1rem; } .chart { width: 100%; height: auto; display: block; }
.chart.narrow { display: none; }
.chart text { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums;
  paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.chart .heading { font-weight: 600; } .chart .tick { fill: var(--soft); font-size: 12px; }
.chart .end { text-anchor: end; } .chart .middle { text-anchor: middle; }
.bar.measured { fill: var(--bar); } .bar.reference { fill: var(--reference); } .bar.inexact { fill: var(--inexact); }
.grid { stroke: var(--line); } .reference-line { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4; }
.spread { stroke: var(--run); stroke-width: 1.5; } .run { fill: var(--run); stroke: var(--ground); stroke-width: .75; }
/* A shadow stands at each edge behind which there is more; the covers move with the table. */
.scroll { overflow-x: auto; margin: 1rem 0; scrollbar-width: thin; scrollbar-color: var(--reference) var(--raised);
  background: linear-gradient(to right, var(--ground) 40%, transparent) left / 2.5rem 100% local no-repeat,
    linear-gradient(to left, var(--ground) 40%, transparent) right / 2.5rem 100% local no-repeat,
    linear-gradient(to right, var(--shadow), transparent) left / 1rem 100% scroll no-repeat,
    linear-gradient(to left, var(--shadow), transparent) right / 1rem 100% scroll no-repeat; } .scroll:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .25rem 0 .5rem; }
caption span { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 2.5rem); }
th, td { text-align: left; padding: .4rem .55rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th[scope="row"] { font-weight: 500; }
.many th:first-child { position: sticky; left: 0; background: var(--ground); } .right { text-align: right; }
thead th { color: var(--soft); font-weight: 600; }
footer { color: var(--soft); font-size: .85rem; padding-top: 0; }
@media (max-width: 44rem) { main { padding: 1rem .9rem; } h1 { font-size: 1.35rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .35rem; }
  .many caption span::after { content: " (scrolls sideways)"; }
  .chart.wide { display: none; } .chart.narrow { display: block; max-width: 30rem; } }
@media print { .scroll { overflow: visible; background: none; } }
`;
