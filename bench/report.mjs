// The report of a bench run as one HTML page: what each workload takes beside the peers, cost as a
// document grows, memory.

const kStyle = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; color: #1d2733;
  background: #fff; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid #e3e7ec;
  font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
.bar { fill: #2f6fb0; } .axis { stroke: #9aa5b1; } text { font: 11px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { body { background: #14181d; color: #dde3ea; }
  th, td { border-color: #2b333d; } text { fill: #dde3ea; } }
@media (max-width: 40rem) { table { display: block; overflow-x: auto; } }`;

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const round = (value) =>
  value === undefined ? '' : Number(value.toPrecision(3)).toLocaleString('en');

function table(head, rows) {
  const row = (cells, tag) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}

/** Horizontal bars on a logarithmic scale: how often faster than the fastest peer. */
function bars(items) {
  const most = Math.log10(Math.max(10, ...items.map(({ value }) => value)));
  const lines = items.map(({ name, value }, i) => {
    const y = 18 * i;
    const width = Math.max(1, (Math.log10(Math.max(value, 1)) / most) * 500);
    return `<text x="0" y="${y + 12}">${escape(name)}</text>
<rect class="bar" x="220" y="${y + 2}" width="${width}" height="12"/>
<text x="${224 + width}" y="${y + 12}">${round(value)} x</text>`;
  });
  return `<svg viewBox="0 0 800 ${18 * items.length + 4}" role="img">${lines.join('\n')}</svg>`;
}

/** Cost for one edit against the size of the document, both logarithmic. */
function curve(points) {
  if (points.length < 2) return '';
  const x = ({ size }) => 60 + (Math.log10(size) - 2) * 120;
  const y = ({ ns }) => 200 - Math.log10(Math.max(ns, 1)) * 50;
  const path = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point)},${y(point)}`).join('');
  const marks = points.map(
    (point) => `<circle class="bar" cx="${x(point)}" cy="${y(point)}" r="3"/>
<text x="${x(point) - 20}" y="${y(point) - 8}">${round(point.ns)} ns</text>
<text x="${x(point) - 20}" y="216">${point.size.toLocaleString('en')}</text>`,
  );
  return `<svg viewBox="0 0 800 224" role="img"><path class="axis" fill="none" d="${path}"/>
<line class="axis" x1="50" y1="200" x2="780" y2="200"/>${marks.join('\n')}</svg>`;
}

export function report({ machine, node, weft, peers }) {
  const engines = Object.keys(peers);
  const ofPeer = Object.fromEntries(
    engines.map((engine) => [engine, new Map(peers[engine].map((run) => [run.name, run.ms]))]),
  );
  const timed = weft.filter(({ ms }) => ms !== undefined);
  const best = (name) => Math.min(...engines.map((engine) => ofPeer[engine].get(name) ?? Infinity));
  const ratios = timed
    .map(({ name, ms }) => ({ name, value: best(name) / ms }))
    .filter(({ value }) => Number.isFinite(value));
  const unit = ({ counters }) => Object.entries(counters).find(([key]) => key.startsWith('ns/'));
  const rows = timed.map((run) => {
    const [key, ns] = unit(run) ?? [];
    return [
      run.name,
      round(run.ms),
      ns === undefined ? '' : `${round(ns)} ${key}`,
      round(run.counters['bytes/s'] === undefined ? undefined : run.counters['bytes/s'] / 1e6),
      ...engines.map((engine) => round(ofPeer[engine].get(run.name))),
      Number.isFinite(best(run.name)) ? `${round(best(run.name) / run.ms)} x` : '',
    ];
  });
  const memory = weft.filter(({ name }) => name.startsWith('memory/'));
  const growth = (name) =>
    curve(
      weft
        .filter((run) => run.name.startsWith(`${name}/`))
        .map((run) => ({ size: Number(run.name.split('/')[2]), ns: unit(run)?.[1] ?? 0 })),
    );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Weft bench</title>
<style>${kStyle}</style></head><body>
<h1>Weft bench</h1>
<p>${escape(machine)}, one thread, Node ${escape(node)}. Best of several runs.</p>
<h2>Times as fast as the fastest peer</h2>${bars(ratios)}
<h2>Cost of one insertion at random as the text grows</h2>${growth('local/random_insert')}
<h2>The same from another replica</h2>${growth('apply/random_insert')}
<h2>The same when such a text is loaded</h2>${growth('load/random_insert')}
<h2>All workloads, milliseconds</h2>
${table(['workload', 'Weft', 'each', 'MB/s', ...engines, 'ratio'], rows)}
<h2>Memory of a loaded document beyond its text</h2>
${table(
  ['document', 'bytes', 'bytes for a struct'],
  memory.map(({ name, counters }) => [
    name,
    round(counters.bytes),
    round(counters['bytes/struct']),
  ]),
)}
</body></html>
`;
}
