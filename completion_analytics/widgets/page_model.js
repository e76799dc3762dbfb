// What `brush.js` asks of a kernel, answered by the page itself from the codes of every row.
//
// `columns` has what `page.py` packed per view: {codes}, one code per row, the last one missing; or
// {lengths, codes}, any number of codes per row. `labels` has the values of each choice in the order
// in which they are listed, and `views` is as in `brush.js`.
//
// Counts are kept, and changed by the rows that a step lets in or out: those of one bin, mostly.

const number = n => n.toLocaleString("en-US");
const MOST_LISTED = 60;
const KINDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

// Numbers as `packed` of `page.py` wrote them: all lowest bytes first, then the next, deflated.
const unpacked = async ({ width, base64 }) => {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) bytes[place] = text.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  if (width === 1) return planes;
  const size = planes.length / width, whole = new KINDS[width](size);
  for (let plane = 0; plane < width; plane++) {
    for (let place = 0; place < size; place++) whole[place] |= planes[plane * size + place] << (8 * plane);
  }
  return whole;
};

// One code per row. Both kinds of columns count `rows` that fail nothing that is heeded, and say
// whose keeping changes; the rows of each code are gathered once they are asked for.
class One {
  constructor(codes) { this.codes = codes; }
  get length() { return this.codes.length; }
  count(counts, rows, fail, heeded, sign) {
    const { codes } = this;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      if (!(fail[row] & heeded)) counts[codes[row]] += sign;
    }
  }
  rowsByCode(size) {
    if (this.rows) return this.rows;
    const ends = new Uint32Array(size + 1), rows = new Uint32Array(this.length);
    for (const code of this.codes) ends[code + 1]++;
    for (let code = 0; code < size; code++) ends[code + 1] += ends[code];
    const next = ends.slice();
    for (let row = 0; row < rows.length; row++) rows[next[this.codes[row]]++] = row;
    this.rows = Array.from({ length: size }, (_, code) => rows.subarray(ends[code], ends[code + 1]));
    return this.rows;
  }
  *changes(fail, mask, before, after) {
    const rows = this.rowsByCode(after.length);
    for (let code = 0; code < rows.length; code++) if (before[code] !== after[code]) yield [rows[code], after[code]];
  }
  // Every code joined with that of another column, which has `size` of them.
  crossed(other, size) {
    return new One(Uint32Array.from(this.codes, (code, row) => code * size + other.codes[row]));
  }
}

// Any number of codes per row; a row counts for each of them.
class Many {
  constructor(lengths, codes) {
    this.codes = codes;
    this.starts = new Uint32Array(lengths.length + 1);
    for (let row = 0; row < lengths.length; row++) this.starts[row + 1] = this.starts[row] + lengths[row];
  }
  get length() { return this.starts.length - 1; }
  count(counts, rows, fail, heeded, sign) {
    const { codes, starts } = this;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      if (fail[row] & heeded) continue;
      for (let place = starts[row]; place < starts[row + 1]; place++) counts[codes[place]] += sign;
    }
  }
  *changes(fail, mask, before, ticked, value) {
    const { codes, starts } = this, { mode } = value ?? {};
    const least = mode === "all" ? value.codes.length : 1;
    const changed = [[], []];
    for (let row = 0; row < this.length; row++) {
      let borne = 0;
      for (let place = starts[row]; place < starts[row + 1]; place++) borne += ticked[codes[place]];
      const isKept = !mode || (mode === "none" ? !borne : borne >= least);
      if (isKept !== !(fail[row] & mask)) changed[Number(isKept)].push(row);
    }
    yield [changed[0], 0];
    yield [changed[1], 1];
  }
  crossed(other, size) {
    const codes = new Uint32Array(this.codes.length);
    for (let row = 0; row < this.length; row++) {
      for (let place = this.starts[row]; place < this.starts[row + 1]; place++) {
        codes[place] = this.codes[place] * size + other.codes[row];
      }
    }
    return Object.assign(new Many([], codes), { starts: this.starts });
  }
}

export const column = async ({ lengths, codes }) => (lengths
  ? new Many(await unpacked(lengths), await unpacked(codes))
  : new One(await unpacked(codes)));

export async function pageModel({ views, columns: given, labels, total }) {
  const columns = {};
  for (const [name, held] of Object.entries(given)) columns[name] = await column(held);
  const listeners = {}, held = { views, env: {}, isLive: true }, searches = {}, whole = {};
  const bit = Object.fromEntries(views.map((view, place) => [view.name, 1 << place]));
  const everyRow = Uint32Array.from({ length: total }, (_, row) => row);
  const fail = new Uint32Array(total);            // a bit per view that refuses the row
  const watched = [], refused = {}, keeps = {}, counts = {};
  let chosen = {}, serial = 0, n = total, isAsked = false;

  // Of a choice the last code is missing; nothing stands for "no tag".
  const size = ({ name, kind, said, isTags }) => (kind === "range"
    ? Math.max(said.length, 1)
    : labels[name].length + (isTags ? 0 : 1));
  const fire = (event, ...told) => (listeners[event] ?? []).forEach(listener => listener(...told));

  // How many of the kept rows have each code; a view's own filter does not count for its counts.
  const watch = (own, codes, ignored = 0) => {
    const found = new Uint32Array(codes);
    own.count(found, everyRow, fail, ~ignored, 1);
    watched.push({ own, found, ignored });
    return found;
  };
  const keepsOf = (view, value) => {
    const last = size(view) - 1;
    return Uint8Array.from({ length: last + 1 }, (_, code) => Number(!value || (view.kind === "range"
      ? code < last && code >= value[0] && code < value[1]
      : value.codes.includes(code))));
  };
  const keep = (view, value) => {
    const mask = bit[view.name], after = keepsOf(view, value);
    for (const [rows, isKept] of columns[view.name].changes(fail, mask, keeps[view.name], after, value)) {
      const sign = isKept ? 1 : -1;
      for (const { own, found, ignored } of watched) {
        if (ignored !== mask) own.count(found, rows, fail, ~(mask | ignored), sign);
      }
      for (let at = 0; at < rows.length; at++) {
        if (!(fail[rows[at]] & ~mask)) n += sign;
        fail[rows[at]] ^= mask;
      }
      refused[view.name] -= sign * rows.length;
    }
    keeps[view.name] = after;
  };

  const listed = ({ name, isTags }) => {
    const text = (searches[name] ?? "").toLowerCase();
    const found = [...labels[name], ...(isTags ? [] : ["(missing)"])]
      .map((label, code) => [code, label, whole[name][code], counts[name][code], code === labels[name].length])
      .filter(row => row[2] && row[1].toLowerCase().includes(text));
    return { rows: found.slice(0, MOST_LISTED), found: found.length, values: labels[name].length };
  };
  const publish = () => {
    const each = (kind, make) => Object.fromEntries(
      views.filter(view => view.kind === kind).map(view => [view.name, make(view)]));
    held.state = {
      serial, n, total, chosen, versions: {}, typed: {}, others: [], code: null,
      why: Object.keys(chosen).map(name => `${number(refused[name])} by ${name}`),
      counts: each("range", ({ name }) => Array.from(counts[name])),
      lists: each("choice", listed),
    };
    fire("change:state");
  };
  const take = asked => {
    for (const view of views) {
      const value = asked.chosen[view.name];
      if (JSON.stringify(value) !== JSON.stringify(chosen[view.name])) keep(view, value);
    }
    ({ chosen, serial } = asked);
    publish();
  };
  const answers = {
    search({ view, text }) { searches[view] = text; publish(); },
    reset() { take({ serial: serial + 1, chosen: {} }); },
  };

  for (const view of views) {
    counts[view.name] = watch(columns[view.name], size(view), bit[view.name]);
    whole[view.name] = Array.from(counts[view.name]);
    keeps[view.name] = keepsOf(view, null);
    refused[view.name] = 0;
  }
  publish();
  return {
    columns, labels, watch,
    get: name => held[name],
    set(name, value) { held[name] = value; isAsked ||= name === "asked"; },
    save_changes() { if (isAsked) { isAsked = false; take(held.asked); } },
    send: message => answers[message.type]?.(message),
    on(event, listener) { (listeners[event] ??= []).push(listener); },
    off(event, listener) { listeners[event] = (listeners[event] ?? []).filter(other => other !== listener); },
  };
}
