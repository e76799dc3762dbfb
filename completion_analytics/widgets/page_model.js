// What `brush.js` asks of a kernel, answered by the page itself from one code per row and view.
//
// `codes` has {width, base64} per view: one little-endian code of that many bytes per row, the last
// code missing. `labels` has the values of each choice in the order in which they are listed, and
// `views` is as in `brush.js`.

const number = n => n.toLocaleString("en-US");
const MOST_LISTED = 60;

const KINDS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };
const decoded = ({ width, base64 }) => {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) bytes[place] = text.charCodeAt(place);
  return new KINDS[width](bytes.buffer);
};

export function pageModel({ views, codes: packed, labels, total }) {
  const codes = Object.fromEntries(Object.entries(packed).map(([name, held]) => [name, decoded(held)]));
  const listeners = {}, held = { views, env: {} }, searches = {}, whole = {};
  const named = Object.fromEntries(views.map(view => [view.name, view]));
  const bit = Object.fromEntries(views.map((view, place) => [view.name, 1 << place]));
  const versions = Object.fromEntries(views.map(view => [view.name, 0]));
  const fail = new Uint32Array(total);            // a bit per view that refuses the row
  let chosen = {}, serial = 0, isAsked = false;

  const size = ({ name, kind, said }) => (kind === "range" ? Math.max(said.length, 1) : labels[name].length + 1);
  const fire = (event, ...given) => (listeners[event] ?? []).forEach(listener => listener(...given));
  const count = (name, ignored) => {
    const found = new Array(size(named[name])).fill(0), own = codes[name], others = ~ignored;
    for (let row = 0; row < total; row++) if (!(fail[row] & others)) found[own[row]]++;
    return found;
  };

  // Running totals along `active`, per column of `name`; `columns` picks and orders them.
  const cube = (active, name, columns) => {
    const place = new Int32Array(size(named[name])).fill(-1), wide = columns.length;
    columns.forEach((code, column) => { place[code] = column; });
    const table = new Uint32Array((size(named[active]) + 1) * wide);
    const along = codes[active], across = codes[name], others = ~(bit[active] | bit[name]);
    for (let row = 0; row < total; row++) {
      const column = place[across[row]];
      if (column >= 0 && !(fail[row] & others)) table[(along[row] + 1) * wide + column]++;
    }
    for (let cell = wide; cell < table.length; cell++) table[cell] += table[cell - wide];
    return table;
  };

  const keep = (view, value) => {
    const own = codes[view.name], mask = bit[view.name], last = size(view) - 1;
    const keeps = code => !value || (view.kind === "range"
      ? code < last && code >= value[0] && code < value[1]
      : value.codes.includes(code));
    const fails = Array.from({ length: last + 1 }, (_, code) => (keeps(code) ? 0 : mask));
    for (let row = 0; row < total; row++) fail[row] = (fail[row] & ~mask) | fails[own[row]];
  };

  const listed = ({ name }) => {
    const text = (searches[name] ?? "").toLowerCase(), counts = count(name, bit[name]);
    const found = [...labels[name], "(missing)"]
      .map((label, code) => [code, label, whole[name][code], counts[code], code === labels[name].length])
      .filter(row => row[2] && row[1].toLowerCase().includes(text));
    return { rows: found.slice(0, MOST_LISTED), found: found.length, values: labels[name].length };
  };
  const publish = () => {
    const each = (kind, make) => Object.fromEntries(
      views.filter(view => view.kind === kind).map(view => [view.name, make(view)]));
    let n = 0;
    for (let row = 0; row < total; row++) n += !fail[row];
    const refused = name => fail.reduce((k, bits) => k + ((bits & bit[name]) !== 0), 0);
    held.state = {
      serial, n, total, chosen, versions: { ...versions }, typed: {}, others: [], code: null,
      why: Object.keys(chosen).map(name => `${number(refused(name))} by ${name}`),
      counts: each("range", view => count(view.name, bit[view.name])),
      lists: each("choice", listed),
    };
    fire("change:state");
  };
  const take = asked => {
    for (const view of views) {
      if (JSON.stringify(asked.chosen[view.name]) === JSON.stringify(chosen[view.name])) continue;
      keep(view, asked.chosen[view.name]);
      for (const other of views) if (other !== view) versions[other.name]++;
    }
    ({ chosen, serial } = asked);
    publish();
  };
  const answers = {
    activate({ view }) {
      const others = views.filter(({ name }) => name !== view);
      const columns = others.map(other => (other.kind === "range"
        ? [...Array(size(other)).keys()]
        : held.state.lists[other.name].rows.map(row => row[0])));
      const tables = others.map((other, place) => cube(view, other.name, columns[place]));
      const alone = [0];
      count(view, bit[view]).forEach((n, code) => alone.push(alone[code] + n));
      const joined = new Uint32Array(alone.length + tables.reduce((n, table) => n + table.length, 0));
      let start = 0;
      for (const table of [...tables, alone]) { joined.set(table, start); start += table.length; }
      const across = others.map((other, place) => [other.name, columns[place].length]);
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
    get: name => held[name],
    set(name, value) { held[name] = value; isAsked ||= name === "asked"; },
    save_changes() { if (isAsked) { isAsked = false; take(held.asked); } },
    send: message => answers[message.type]?.(message),
    on(event, listener) { (listeners[event] ??= []).push(listener); },
    off(event, listener) { listeners[event] = (listeners[event] ?? []).filter(other => other !== listener); },
  };
}
