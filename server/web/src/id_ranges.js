// A set of (client, clock) ids as sorted, disjoint, half-open ranges per client.

export class IdRanges {
  #clients = new Map();  // client -> [[start, end), ...] sorted by start, never touching

  get empty() {
    return this.#clients.size === 0;
  }

  add(client, clock, length) {
    if (length <= 0) return;
    let [start, end] = [clock, clock + length];
    const kept = [];
    for (const range of this.#clients.get(client) ?? []) {
      if (range[1] < start || range[0] > end) {
        kept.push(range);
      } else {
        start = Math.min(start, range[0]);
        end = Math.max(end, range[1]);
      }
    }
    kept.push([start, end]);
    kept.sort((a, b) => a[0] - b[0]);
    this.#clients.set(client, kept);
  }

  remove(client, clock, length) {
    const ranges = this.#clients.get(client);
    if (ranges === undefined) return;
    const [start, end] = [clock, clock + length];
    const kept = [];
    for (const [a, b] of ranges) {
      if (a < Math.min(b, start)) kept.push([a, Math.min(b, start)]);
      if (Math.max(a, end) < b) kept.push([Math.max(a, end), b]);
    }
    if (kept.length > 0) this.#clients.set(client, kept);
    else this.#clients.delete(client);
  }
}
