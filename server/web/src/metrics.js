// The text of /metrics as numbers, and what an operator wants to see of them over time.

/** The samples of a text in Prometheus's format: a map from `name{labels}` to a number. */
export function parseMetrics(text) {
  const samples = new Map();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*(?:\{[^}]*\})?) (\S+)/.exec(line) ?? [];
    if (name !== undefined) samples.set(name, Number(value));
  }
  return samples;
}

const total = (samples, name) => {
  let sum = 0;
  for (const [key, value] of samples) {
    if (key === name || key.startsWith(`${name}{`)) sum += value;
  }
  return sum;
};

/** What grew between two readings, a second. A server that began anew counts from 0. */
export function rate(before, now, name) {
  if (before === undefined || now.at <= before.at) return 0;
  const [from, to] = [total(before.samples, name), total(now.samples, name)];
  return (to >= from ? to - from : to) / ((now.at - before.at) / 1000);
}

/** The bound, in seconds, that a part of what a histogram counted between two readings is below. */
export function quantile(before, now, name, part) {
  if (before === undefined) return 0;
  const bounds = [...now.samples].flatMap(([key, value]) => {
    const bound = key.startsWith(`${name}_bucket{`) ? /le="([^"]+)"/.exec(key)?.[1] : undefined;
    if (bound === undefined) return [];
    const count = value - (before.samples.get(key) ?? 0);
    return [{ bound: bound === '+Inf' ? Infinity : Number(bound), count }];
  }).sort((a, b) => a.bound - b.bound);
  const all = bounds.at(-1)?.count ?? 0;
  if (all <= 0) return 0;
  return bounds.find(({ count }) => count >= all * part).bound;
}

const whole = (value) => Math.round(value).toLocaleString('en');
const perSecond = (value) => `${value < 10 ? Number(value.toFixed(1)) : whole(value)}/s`;
const bytes = (value) => {
  const units = ['B', 'KB', 'MB', 'GB'];
  let at = 0;
  for (; value >= 1000 && at < units.length - 1; ++at) value /= 1000;
  return `${Number(value.toPrecision(3))} ${units[at]}`;
};
const seconds = (value) => (value === Infinity ? 'above 10 s' :
  value < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : `${Number(value.toPrecision(3))} s`);

const gauge = (name) => (_, now) => now.samples.get(name) ?? 0;
const growth = (name) => (before, now) => rate(before, now, name);

/** The plots: what each is of, how its number is said, and from where on it is bad. */
export const kPlots = [
  { title: 'Connections', of: gauge('weft_sockets'), say: whole },
  { title: 'Documents in memory', of: gauge('weft_documents'), say: whole },
  { title: 'Sessions', of: gauge('weft_sessions'), say: whole },
  { title: 'Edits', of: growth('weft_updates_received_total'), say: perSecond },
  { title: 'Edits told to others', of: growth('weft_updates_sent_total'), say: perSecond },
  { title: 'Bytes out', of: growth('weft_sent_bytes_total'), say: (v) => `${bytes(v)}/s` },
  { title: 'Bytes in', of: growth('weft_received_bytes_total'), say: (v) => `${bytes(v)}/s` },
  {
    title: 'On disk within (99 %)',
    of: (before, now) => quantile(before, now, 'weft_acknowledgement_seconds', 0.99),
    say: seconds,
    bad: 1,
  },
  { title: 'Store lag', of: gauge('weft_store_lag_seconds'), say: seconds, bad: 1 },
  { title: 'Store queue', of: gauge('weft_store_queue'), say: whole, bad: 10_000 },
  { title: 'Unstored documents', of: gauge('weft_unstored_documents'), say: whole },
  { title: 'Slow readers', of: growth('weft_slow_readers_total'), say: perSecond, bad: 1 },
  { title: 'Refused edits', of: growth('weft_updates_refused_total'), say: perSecond },
  { title: 'Closed by the server', of: growth('weft_sockets_closed_total'), say: perSecond },
];

/** Values as the `d` of an SVG path in a box of `width` by `height`, the newest at its right. */
export function plotPath(values, places, width, height) {
  const top = Math.max(...values.filter(Number.isFinite), 1e-9);
  const step = width / (places - 1);
  const left = width - step * (values.length - 1);
  return values.map((value, i) => {
    const y = height - (Math.min(value, top) / top) * height;
    return `${i === 0 ? 'M' : 'L'}${(left + i * step).toFixed(1)} ${y.toFixed(1)}`;
  }).join('');
}
