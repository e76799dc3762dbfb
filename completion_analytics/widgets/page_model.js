// What `brush.js` asks of a kernel, answered by the page itself from the codes of every row.
//
// `columns` has what `page.py` packed per view: {codes}, one code per row, the last one missing; or
// {lengths, codes}, any number of codes per row. `labels` has the values of each choice in the order
// in which they are listed, and `views` is as in `brush.js`.

const number = n => n.toLocaleString("en-US");
const MOST_LISTED = 60;
const KINDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

// Numbers as `packed` of `page.py` wrote them: all lowest bytes first, then the next, deflated.
export const unpacked = async ({ width, base64 }) => {
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

// One code per row.
class One {
  constructor(codes) { this.codes = codes; }
  count(found, fail, heeded) {
    const { codes } = this;
    for (let row = 0; row < codes.length; row++) if (!(fail[row] & heeded)) found[codes[row]]++;
  }
  cube(table, along, place, wide, fail, heeded) {
    const { codes } = this;
    for (let row = 0; row < codes.length; row++) {
      const column = place[codes[row]];
      if (column >= 0 && !(fail[row] & heeded)) table[(along[row] + 1) * wide + column]++;
    }
  }
  refuse(fail, mask, keeps) {
    const { codes } = this;
    for (let row = 0; row < codes.length; row++) fail[row] = keeps[codes[row]] ? fail[row] & ~mask : fail[row] | mask;
  }
}

// Any number of codes per row; a row counts for each of them.
class Many {
  constructor(lengths, codes) {
    this.codes = codes;
    this.starts = new Uint32Array(lengths.length + 1);
    for (let row = 0; row < lengths.length; row++) this.starts[row + 1] = this.starts[row] + lengths[row];
  }
  count(found, fail, heeded) {
    const { codes, starts } = this;
    for (let row = 0; row < starts.length - 1; row++) {
      if (fail[row] & heeded) continue;
      for (let at = starts[row]; at < starts[row + 1]; at++) found[codes[at]]++;
    }
  }
  cube(table, along, place, wide, fail, heeded) {
    const { codes, starts } = this;
    for (let row = 0; row < starts.length - 1; row++) {
      if (fail[row] & heeded) continue;
      const base = (along[row] + 1) * wide;
      for (let at = starts[row]; at < starts[row + 1]; at++) {
        const column = place[codes[at]];
        if (column >= 0) table[base + column]++;
      }
    }
  }
  refuse(fail, mask, keeps, { mode, codes: ticked } = {}) {
    const { codes, starts } = this;
    const least = mode === "all" ? ticked.length : 1;
    for (let row = 0; row < starts.length - 1; row++) {
      let borne = 0;
      for (let at = starts[row]; at < starts[row + 1]; at++) borne += keeps[codes[at]];
      const isKept = !mode || (mode === "none" ? !borne : borne >= least);
      fail[row] = isKept ? fail[row] & ~mask : fail[row] | mask;
    }
  }
}

export const column = async ({ lengths, codes }) => (lengths
  ? new Many(await unpacked(lengths), await unpacked(codes))
  : new One(await unpacked(codes)));

export async function pageModel({ views, columns: given, labels, total }) {
  const columns = {};
  for (const [name, held] of Object.entries(given)) columns[name] = await column(held);
  const listeners = {}, held = { views, env: {} }, searches = {}, whole = {};
  const named = Object.fromEntries(views.map(view => [view.name, view]));
  const bit = Object.fromEntries(views.map((view, place) => [view.name, 1 << place]));
  const versions = Object.fromEntries(views.map(view => [view.name, 0]));
  const fail = new Uint32Array(total), flags = new Uint8Array(total);   // a bit per view that refuses the row
  let chosen = {}, serial = 0, isAsked = false;

  // Of a choice the last code is missing; nothing stands for "no tag".
  const size = ({ name, kind, said, isTags }) => (kind === "range"
    ? Math.max(said.length, 1)
    : labels[name].length + (isTags ? 0 : 1));
  const fire = (event, ...told) => (listeners[event] ?? []).forEach(listener => listener(...told));
  const count = (name, ignored) => {
    const found = new Uint32Array(size(named[name]));
    columns[name].count(found, fail, ~ignored);
    return Array.from(found);
  };

  // Running totals along `active`, per column of `name`; `shown` picks and orders them.
  const cube = (active, name, shown) => {
    const place = new Int32Array(size(named[name])).fill(-1), wide = shown.length;
    shown.forEach((code, at) => { place[code] = at; });
    const table = new Uint32Array((size(named[active]) + 1) * wide);
    columns[name].cube(table, columns[active].codes, place, wide, fail, ~(bit[active] | bit[name]));
    for (let cell = wide; cell < table.length; cell++) table[cell] += table[cell - wide];
    return table;
  };

  const keepsOf = (view, value) => {
    const last = size(view) - 1;
    return Uint8Array.from({ length: last + 1 }, (_, code) => Number(!value || (view.kind === "range"
      ? code < last && code >= value[0] && code < value[1]
      : value.codes.includes(code))));
  };
  const keep = (view, value) =>
    columns[view.name].refuse(fail, bit[view.name], keepsOf(view, value), value ?? undefined);
  const differ = asked => views.filter(({ name }) => JSON.stringify(asked[name]) !== JSON.stringify(chosen[name]));

  const listed = ({ name, isTags }) => {
    const text = (searches[name] ?? "").toLowerCase(), counts = count(name, bit[name]);
    const found = [...labels[name], ...(isTags ? [] : ["(missing)"])]
      .map((label, code) => [code, label, whole[name][code], counts[code], code === labels[name].length])
      .filter(row => row[2] && row[1].toLowerCase().includes(text));
    return { rows: found.slice(0, MOST_LISTED), found: found.length, values: labels[name].length };
  };
  const publish = () => {
    const each = (kind, make) => Object.fromEntries(
      views.filter(view => view.kind === kind).map(view => [view.name, make(view)]));
    const refused = mask => {
      let n = 0;
      for (let row = 0; row < total; row++) if (fail[row] & mask) n++;
      return n;
    };
    held.state = {
      serial, n: total - refused(~0), total, chosen, versions: { ...versions }, typed: {}, others: [], code: null,
      why: Object.keys(chosen).map(name => `${number(refused(bit[name]))} by ${name}`),
      counts: each("range", view => count(view.name, bit[view.name])),
      lists: each("choice", listed),
    };
    fire("change:state");
  };
  const take = asked => {
    for (const view of differ(asked.chosen)) {
      keep(view, asked.chosen[view.name]);
      for (const other of views) if (other !== view) versions[other.name]++;
    }
    ({ chosen, serial } = asked);
    publish();
  };
  const answers = {
    activate({ view }) {
      const others = views.filter(({ name }) => name !== view);
      const shown = others.map(other => (other.kind === "range"
        ? [...Array(size(other)).keys()]
        : held.state.lists[other.name].rows.map(row => row[0])));
      const tables = others.map((other, place) => cube(view, other.name, shown[place]));
      const alone = [0];
      count(view, bit[view]).forEach((n, code) => alone.push(alone[code] + n));
      const joined = new Uint32Array(alone.length + tables.reduce((n, table) => n + table.length, 0));
      let start = 0;
      for (const table of [...tables, alone]) { joined.set(table, start); start += table.length; }
      const across = others.map((other, place) => [other.name, shown[place].length]);
      fire("msg:custom", { type: "cube", view, version: versions[view], across }, [new DataView(joined.buffer)]);
    },
    search({ view, text }) {
      searches[view] = text;
      for (const { name } of views) versions[name]++;
      publish();
    },
    reset() { take({ serial: serial + 1, chosen: {} }); },
  };

  for (const { name } of views) whole[name] = count(name, 0);
  publish();
  return {
    columns, labels,
    // A 1 for each row that is kept by what is chosen, which a brush may be about to change.
    kept(asked) {
      const moving = differ(asked);
      const heeded = ~moving.reduce((mask, { name }) => mask | bit[name], 0);
      for (let row = 0; row < total; row++) flags[row] = fail[row] & heeded ? 0 : 1;
      for (const view of moving) {
        const keeps = keepsOf(view, asked[view.name]), { codes } = columns[view.name];
        for (let row = 0; row < total; row++) flags[row] &= keeps[codes[row]];
      }
      return flags;
    },
    get: name => held[name],
    set(name, value) { held[name] = value; isAsked ||= name === "asked"; },
    save_changes() { if (isAsked) { isAsked = false; take(held.asked); } },
    send: message => answers[message.type]?.(message),
    on(event, listener) { (listeners[event] ??= []).push(listener); },
    off(event, listener) { listeners[event] = (listeners[event] ?? []).filter(other => other !== listener); },
  };
}
