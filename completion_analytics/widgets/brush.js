// Linked views of one set of rows: brush a histogram or tick a value, and all others follow.
//
// This module draws, and while a brush moves it subtracts running totals; everything else it asks
// of a model with get, set, save_changes, send, on and off. In a notebook that is the widget's, on
// a page without a kernel the one that `page_model.js` makes.
//
// The model gives
//   views  [{name, label, kind: "range", places, said, ticks, whole, typed},
//           {name, label, kind: "choice", isTags}]: ranges have edges at `places` in 0…1
//   state  {serial, n, total, versions: {view: k}, counts: {range: [per bin …, missing]},
//           lists: {choice: {rows: [[code, label, n of all, n, is missing], …], found, values}},
//           chosen: {range: [from, to), choice: {codes, mode}}, typed and ends: {range: [from, to]},
//           why: [text], others: [text], code}
// and answers {type: "activate", view} with {type: "cube", view, version, across: [[view, columns]]}
// and one buffer of uint32: per view a table of (bins + 2) rows, running totals along the active
// view; last, the totals of the active view alone. It takes
//   asked  {serial, chosen}, and the messages search, typed, drop and reset.
// A model that is `isLive` is asked with every move and needs no cubes. `onPaint`, if given, is
// called whenever everything was painted.
// All text goes through textContent: whatever a log says, it is shown and never obeyed.

const number = n => n.toLocaleString("en-US");
const percent = share => {
  const digits = share && share < 0.1 ? 1 : 0;
  return `${(100 * share).toLocaleString("en-US", { maximumFractionDigits: digits })} %`;
};
const clamp = (x, low, high) => Math.max(low, Math.min(high, x));
const make = (tag, props = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...inside);
  return made;
};

export function render({ model, el, onPaint }) {
  const views = model.get("views"), isLive = model.get("isLive");
  let state = model.get("state"), chosen = state.chosen, serial = state.serial;
  let cube = null, wanted = null, isShare = false, frame = 0;
  const unsettled = new Set();

  const follows = () => cube && unsettled.size === 1 && unsettled.has(cube.view.name);
  const ends = view => (chosen[view.name] ?? [0, view.said.length]).map(Math.round);
  const along = (table, columns, column) => {
    const [low, high] = ends(cube.view);
    return table[high * columns + column] - table[low * columns + column];
  };
  const hub = {
    get state() { return state; },
    get isShare() { return isShare; },
    get isSettled() { return !unsettled.size; },
    chosen: name => chosen[name],
    n: () => (follows() ? along(cube.alone, 1, 0) : state.n),
    counts(view) {
      const across = follows() && cube.across[view.name];
      if (across) return Array.from({ length: across.columns }, (_, j) => along(across.table, across.columns, j));
      return view.kind === "range" ? state.counts[view.name] : state.lists[view.name].rows.map(row => row[3]);
    },
    put(name, value, isFinal = true) {
      chosen = { ...chosen };
      if (value) chosen[name] = value; else delete chosen[name];
      unsettled.add(name);
      hub.paint();
      if (!isFinal && !isLive) return;
      model.set("asked", { serial: ++serial, chosen });
      model.save_changes();
    },
    activate(view) {
      wanted = view;
      if (cube?.view !== view) hub.send({ type: "activate", view: view.name });
    },
    send: message => model.send(message),
    paint() { frame ||= requestAnimationFrame(() => { frame = 0; paintAll(); }); },
  };

  const live = make("p", { className: "ca-unseen-line", ariaLive: "polite" });
  const heading = headingOf(hub, share => { isShare = share; hub.paint(); });
  const parts = views.map(view => (view.kind === "range" ? rangeOf : choiceOf)(view, hub));
  const boxes = kind => views.flatMap((view, i) => (view.kind === kind ? [parts[i].box] : []));
  const root = make("div", { className: "ca ca-explore" }, heading.box, live,
    make("div", { className: "ca-views" },
      make("div", { className: "ca-ranges" }, ...boxes("range")),
      make("div", { className: "ca-facets" }, ...boxes("choice"))));
  root.dataset.lmSuppressShortcuts = "true";      // or a notebook would take the keys as commands
  root.onkeydown = event => { if (event.key !== "Tab") event.stopPropagation(); };
  el.append(root);

  // Pictures first, for they read sizes: a text written before would lay out the page once for each.
  const paintAll = () => { parts.forEach(part => part.draw?.()); [heading, ...parts].forEach(each => each.paint?.()); onPaint?.(); };
  const onState = () => {
    const given = model.get("state");
    if (given.serial < serial) return;            // an answer to what was asked before
    state = given; chosen = state.chosen; serial = state.serial;
    unsettled.clear();
    if (cube && cube.version !== state.versions[cube.view.name]) cube = null;
    if (wanted && !cube) hub.send({ type: "activate", view: wanted.name });
    heading.settle(); parts.forEach(part => part.settle());
    live.textContent = `${number(state.n)} of ${number(state.total)} completions selected`;
    hub.paint();
  };
  const onMessage = (message, buffers) => {
    if (message.type === "cube" && message.version === state.versions[message.view]) {
      cube = cubeOf(message, buffers[0], views);
      hub.paint();
    }
  };
  const env = () => {
    const { jpThemeLight } = document.body.dataset, marks = document.body.classList;
    const isDark = jpThemeLight ? jpThemeLight === "false" : marks.contains("vscode-dark")
      || (!marks.contains("vscode-light") && matchMedia("(prefers-color-scheme: dark)").matches);
    model.set("env", { dark: isDark, dpr: devicePixelRatio, width: root.clientWidth });
    model.save_changes();
  };
  let timer = 0;
  const onLook = () => { hub.paint(); clearTimeout(timer); timer = setTimeout(env, 150); };
  const sizes = new ResizeObserver(onLook), theme = new MutationObserver(onLook);
  const system = matchMedia("(prefers-color-scheme: dark)");
  sizes.observe(root);
  for (const marked of [document.body, document.documentElement]) {
    theme.observe(marked, { attributeFilter: ["class", "style", "data-jp-theme-light", "data-theme"] });
  }
  system.addEventListener("change", onLook);
  model.on("change:state", onState);
  model.on("msg:custom", onMessage);
  onState();
  return () => {
    sizes.disconnect(); theme.disconnect(); clearTimeout(timer); cancelAnimationFrame(frame);
    system.removeEventListener("change", onLook);
    model.off("change:state", onState); model.off("msg:custom", onMessage);
    root.remove();
  };
}

function cubeOf(message, buffer, views) {
  const { byteOffset, byteLength } = buffer;
  const numbers = new Uint32Array(buffer.buffer.slice(byteOffset, byteOffset + byteLength));
  const view = views.find(each => each.name === message.view), rows = view.said.length + 1;
  const across = {};
  let start = 0;
  for (const [name, columns] of message.across) {
    across[name] = { columns, table: numbers.subarray(start, start += rows * columns) };
  }
  return { view, version: message.version, across, alone: numbers.subarray(start) };
}

function headingOf(hub, onShare) {
  const count = make("strong"), rest = make("span"), why = make("p", { className: "ca-note" });
  const button = (text, onclick) => make("button", { type: "button", textContent: text, onclick });
  const share = button("Show as %", () => {
    onShare(!hub.isShare);
    share.textContent = hub.isShare ? "Show counts" : "Show as %";
  });
  share.title = "Bars show shares of the selection and of all, not how many rows";
  const code = make("code"), copied = button("Copy code", async () => {
    await navigator.clipboard.writeText(hub.state.code);
    copied.textContent = "Copied";
    setTimeout(() => { copied.textContent = "Copy code"; }, 1500);
  });
  const fold = make("details", { className: "ca-fold" },
    make("summary", { textContent: "Code of this filter" }), make("pre", {}, code));
  const others = make("div", { className: "ca-others" });
  const box = make("div", { className: "ca-heading" },
    make("div", { className: "ca-line" }, make("p", { className: "ca-count" }, count, rest),
      make("div", { className: "ca-buttons" }, share, button("Reset", () => hub.send({ type: "reset" })), copied)),
    why, others, fold);
  return {
    box,
    paint() {
      const n = hub.n(), { total } = hub.state;
      count.textContent = number(n);
      rest.textContent = ` of ${number(total)} completions${total ? ` (${percent(n / total)})` : ""}`;
      const reasons = hub.isSettled ? hub.state.why.join(" · ") : number(total - n);
      why.textContent = reasons && reasons !== "0" ? `left out: ${reasons}` : "nothing is left out";
    },
    settle() {
      const { state } = hub;
      code.textContent = state.code ?? "";
      fold.hidden = copied.hidden = !state.code;
      others.replaceChildren(...state.others.map((text, place) => {
        const drop = button("×", () => hub.send({ type: "drop", place }));
        drop.ariaLabel = `Remove ${text}`;
        return make("span", { className: "ca-badge" }, text, drop);
      }));
    },
  };
}

const labelOf = view => make("span", { className: "ca-label", textContent: view.label, title: view.name });
const CURSORS = { low: "ew-resize", high: "ew-resize", both: "grab", new: "crosshair" };
const STEPS = { ArrowLeft: -1, ArrowDown: -1, PageDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 1 };

function rangeOf(view, hub) {
  const bins = Math.max(view.said.length - 1, 0), missing = view.whole[view.whole.length - 1];
  const canvas = make("canvas", { tabIndex: 0, role: "slider", ariaLabel: view.label });
  canvas.setAttribute("aria-description",
    "Arrow keys move the lower end, with Shift the upper end, Page keys both; Escape clears.");
  const readout = make("span", { className: "ca-readout" });
  const clear = make("button", { type: "button", textContent: "×", ariaLabel: `Clear ${view.label}` });
  clear.onclick = () => hub.put(view.name, null);
  const inputs = ["from", "to"].map(end => make("input",
    { type: "text", placeholder: end, ariaLabel: `${view.label} ${end}`, title: `${view.name}, exactly` }));
  const onTyped = () => hub.send({ type: "typed", view: view.name, ends: inputs.map(each => each.value) });
  inputs.forEach(input => { input.onchange = onTyped; });
  const box = make("section", { className: "ca-range", ariaLabel: view.label },
    make("div", { className: "ca-line" }, labelOf(view), readout, clear), canvas);
  if (view.typed && bins) box.append(make("div", { className: "ca-typed" }, inputs[0], "–", inputs[1]));
  if (!bins) {
    const textContent = `None of ${number(missing)} rows has a value.`;
    canvas.replaceWith(make("p", { className: "ca-note ca-empty", textContent }));
    return { box, settle() { readout.textContent = ""; clear.hidden = true; } };
  }

  const range = () => hub.chosen(view.name);
  const put = (low, high, isFinal) => hub.put(view.name, [low, high], isFinal);
  const said = (at, end) => (Number.isInteger(at)
    ? view.said[at]
    : hub.state.ends?.[view.name]?.[end] || view.said[Math.round(at)]);
  const words = () => {
    if (!range()) return missing ? `${number(missing)} without a value` : "";
    const [low, high] = range();
    if (low <= 0 && high >= bins) return "any value";
    if (low <= 0) return `< ${said(high, 1)}`;
    return high >= bins ? `≥ ${said(low, 0)}` : `${said(low, 0)} to ${said(high, 1)}`;
  };

  const plot = { left: 44, top: 8, bottom: 20, get right() { return missing ? 58 : 10; } };
  const width = () => canvas.clientWidth - plot.left - plot.right;
  const x = at => {
    const floor = clamp(Math.floor(at), 0, bins - 1);
    const [from, to] = view.places.slice(floor, floor + 2);
    return plot.left + width() * (from + (at - floor) * (to - from));
  };
  const nearest = (event, round) => {
    const at = (event.clientX - canvas.getBoundingClientRect().left - plot.left) / width();
    let bin = view.places.findIndex(place => place > at);
    bin = bin < 0 ? bins : Math.max(bin - 1, 0);
    return round && bin < bins && at - view.places[bin] > view.places[bin + 1] - at ? bin + 1 : bin;
  };

  let drag = null;
  const grip = event => {                         // what the pointer would take hold of
    const place = event.clientX - canvas.getBoundingClientRect().left;
    if (!range()) return "new";
    const [low, high] = range().map(x);
    const reach = event.pointerType === "touch" ? 16 : 6;
    if (Math.abs(place - low) < reach) return "low";
    if (Math.abs(place - high) < reach) return "high";
    return place > low && place < high ? "both" : "new";
  };
  const dragged = event => {
    const [low, high] = drag.range, edge = nearest(event, true), bin = nearest(event, false);
    if (drag.grip === "low") return [clamp(edge, 0, Math.round(high) - 1), high];
    if (drag.grip === "high") return [low, clamp(edge, Math.round(low) + 1, bins)];
    if (drag.grip === "new") return [Math.min(drag.bin, bin), Math.min(Math.max(drag.bin, bin) + 1, bins)];
    const step = clamp(bin - drag.bin, -Math.round(low), bins - Math.round(high));
    return [Math.round(low) + step, Math.round(high) + step];
  };
  canvas.onpointerenter = () => hub.activate(view);
  canvas.onfocus = () => hub.activate(view);
  canvas.onpointerdown = event => {
    if (event.button) return;
    hub.activate(view);
    canvas.setPointerCapture(event.pointerId);
    const bin = Math.min(nearest(event, false), bins - 1);
    drag = { grip: grip(event), bin, range: range() ?? [0, bins], from: event.clientX, moved: false };
  };
  canvas.onpointermove = event => {
    if (!drag) { canvas.style.cursor = CURSORS[grip(event)]; return; }
    drag.moved ||= Math.abs(event.clientX - drag.from) > 3;
    if (drag.moved) put(...dragged(event), false);
  };
  canvas.onpointerup = event => {
    if (!drag) return;
    const value = drag.moved ? dragged(event) : null;
    drag = null;
    if (value || range()) hub.put(view.name, value);
  };
  canvas.onpointercancel = () => { if (drag?.moved) hub.put(view.name, range()); drag = null; };
  canvas.onkeydown = event => {
    const [low, high] = (range() ?? [0, bins]).map(Math.round);
    const step = STEPS[event.key];
    if (event.key === "Escape") hub.put(view.name, null);
    else if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key.startsWith("Page")) {
      const shift = clamp(step, -low, bins - high);
      put(low + shift, high + shift);
    } else if (event.shiftKey) put(low, clamp(high + step, low + 1, bins));
    else put(clamp(low + step, 0, high - 1), high);
    event.preventDefault();
  };

  const describe = () => {
    readout.textContent = words();
    clear.hidden = !range();
    canvas.ariaValueMin = "0";
    canvas.ariaValueMax = String(bins);
    canvas.ariaValueNow = String(range() ? Math.round(range()[0]) : 0);
    canvas.ariaValueText = range() ? words() : "everything";
  };
  const heightsOf = counts => {                   // of all and of these, as parts of the tallest
    const sum = all => (hub.isShare ? Math.max(1, all.reduce((a, b) => a + b, 0)) : 1);
    const ofAll = sum(view.whole), ofThese = sum(counts);
    const all = view.whole.map(n => n / ofAll), these = counts.map(n => n / ofThese);
    const most = Math.max(...all.slice(0, bins), ...(hub.isShare ? these.slice(0, bins) : []));
    return { all, these, most };
  };
  const drawGrid = (on, { most }) => {
    for (const tick of niceTicks(most)) {
      const y = Math.round(on.base - on.tall(tick / most)) + 0.5;
      on.line(plot.left, y, plot.left + width(), y, on.look.borderTopColor);
      on.text(hub.isShare ? percent(tick) : short(tick), plot.left - 6, y + 4, "right");
    }
  };
  const drawBars = (on, { all, these, most }, brush) => {
    const { fill, stroke, columnRuleColor } = on.look;
    const bar = (left, right, j, colour) => {
      on.bar(left, right, most && all[j] / most, stroke);
      on.bar(left, right, most && these[j] / most, colour);
    };
    for (let j = 0; j < bins; j++) {
      const isIn = !brush || (j + 1 > brush[0] && j < brush[1]);
      bar(x(j), x(j + 1), j, isIn ? fill : columnRuleColor);
    }
    if (!missing) return;                         // they stand apart, since no brush ever takes them
    bar(on.across - 34, on.across - 10, bins, brush ? columnRuleColor : fill);
    on.text("missing", on.across - 2, on.down - 4, "right");
  };
  const drawAxis = on => {
    on.line(plot.left, on.base + 0.5, plot.left + width(), on.base + 0.5, on.look.outlineColor);
    let free = 0;                                 // where the next text may begin
    for (const [at, words] of view.ticks) {
      const place = plot.left + at * width(), half = on.ink.measureText(words).width / 2;
      const middle = Math.min(place, plot.left + width() + 8 - half);
      if (middle - half < free) continue;
      on.line(place, on.base, place, on.base + 4, on.look.outlineColor);
      on.text(words, middle, on.down - 4, "center");
      free = middle + half + 10;
    }
  };
  const drawBrush = (on, brush) => {
    const [left, right] = brush.map(x), middle = (plot.top + on.base) / 2;
    on.ink.fillStyle = on.look.textDecorationColor;
    on.ink.fillRect(left, plot.top, right - left, on.base - plot.top);
    on.ink.fillStyle = on.look.fill;
    for (const edge of [left, right]) {
      on.line(Math.round(edge) + 0.5, plot.top, Math.round(edge) + 0.5, on.base, on.look.fill);
      on.ink.fillRect(edge - 2.5, middle - 9, 5, 18);
    }
  };
  const draw = () => {
    const on = surfaceOf(canvas, plot);
    if (!on) return;                              // it is out of sight
    const brush = range(), heights = heightsOf(hub.counts(view));
    drawGrid(on, heights);
    drawBars(on, heights, brush);
    drawAxis(on);
    if (brush) drawBrush(on, brush);
  };
  const settle = () => inputs.forEach((input, end) => {
    if (document.activeElement !== input || !input.value) input.value = hub.state.typed?.[view.name]?.[end] ?? "";
  });
  return { box, draw, paint: describe, settle };
}

// A canvas as sharp as the screen, cleared, with what is drawn on it in the colours of its style.
function surfaceOf(canvas, plot) {
  const across = canvas.clientWidth, down = canvas.clientHeight, ratio = devicePixelRatio;
  if (!across) return null;
  const [wide, high] = [across, down].map(size => Math.round(size * ratio));
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const ink = canvas.getContext("2d"), look = getComputedStyle(canvas), base = down - plot.bottom;
  ink.setTransform(ratio, 0, 0, ratio, 0, 0);
  ink.clearRect(0, 0, across, down);
  ink.font = look.font;
  const tall = share => Math.min(1, share) * (base - plot.top);
  return {
    ink, look, across, down, base, tall,
    line(x1, y1, x2, y2, colour) {
      ink.strokeStyle = colour;
      ink.beginPath();
      ink.moveTo(x1, y1);
      ink.lineTo(x2, y2);
      ink.stroke();
    },
    text(words, x, y, align) {
      ink.fillStyle = look.color;
      ink.textAlign = align;
      ink.fillText(words, x, y);
    },
    bar(left, right, share, colour) {
      const height = share ? Math.max(1, tall(share)) : 0, gap = right - left > 4 ? 1 : 0;
      ink.fillStyle = colour;
      ink.fillRect(left, base - height, Math.max(0.5, right - left - gap), height);
    },
  };
}

const short = n => (n >= 1e6 ? `${number(n / 1e6)}M` : n >= 1e4 ? `${number(n / 1e3)}k` : number(n));
function niceTicks(most) {
  if (!most) return [];
  const power = 10 ** Math.floor(Math.log10(most / 2));
  const step = [1, 2, 5, 10].map(factor => factor * power).filter(each => each * 2 <= most * 1.0001).pop() ?? power;
  return [step, 2 * step, 3 * step].filter(tick => tick <= most * 1.0001 && (most >= 3 || tick >= 1 || most < 1));
}

function choiceOf(view, hub) {
  const list = make("div", { className: "ca-values" }), more = make("p", { className: "ca-note" });
  const all = make("button", { type: "button", textContent: "all", ariaLabel: `All of ${view.label}` });
  all.onclick = () => hub.put(view.name, null);
  const mode = make("select", { ariaLabel: "How ticked tags count" },
    ...["any", "all", "none"].map(word => new Option(`${word} of`, word)));
  mode.onchange = () => put(ticked());
  const find = make("input", { type: "search", placeholder: "find …", ariaLabel: `Find in ${view.label}` });
  find.oninput = () => hub.send({ type: "search", view: view.name, text: find.value });
  const box = make("section", { className: "ca-choice", role: "group", ariaLabel: view.label },
    make("div", { className: "ca-line" }, labelOf(view), ...(view.isTags ? [mode] : []), all), find, list, more);
  const ticked = () => hub.chosen(view.name)?.codes ?? [];
  const put = codes => hub.put(view.name, codes.length ? { codes, mode: mode.value } : null);
  let rows = [];

  const rowOf = ([code, label]) => {
    const tick = make("input", { type: "checkbox", ariaLabel: label });
    const others = () => ticked().filter(other => other !== code);
    tick.onchange = () => put(tick.checked ? [...others(), code] : others());
    const n = make("span", { className: "ca-n" });
    const name = make("span", { className: "ca-name", textContent: label, title: label });
    const only = make("button", { type: "button", textContent: "only", ariaLabel: `Only ${label}` });
    only.onclick = () => put([code]);
    const line = make("div", { className: "ca-row" }, make("label", {}, tick, name, n), only);
    return { code, tick, n, line };
  };
  const settle = () => {
    const given = hub.state.lists[view.name];
    find.hidden = given.values <= 12;
    mode.value = hub.chosen(view.name)?.mode ?? mode.value;
    const unseen = given.found - given.rows.length;
    more.textContent = unseen > 0 ? `${number(unseen)} more: find them by name` : "";
    if (!given.found) more.textContent = "nothing found";
    if (given.rows.map(row => row[0]).join() === rows.map(row => row.code).join()) return;
    const held = rows.find(row => row.tick === document.activeElement)?.code;
    rows = given.rows.map(rowOf);
    list.replaceChildren(...rows.map(row => row.line));
    rows.find(row => row.code === held)?.tick.focus();
  };
  const paint = () => {
    const given = hub.state.lists[view.name].rows, counts = hub.counts(view), on = new Set(ticked());
    const total = all => Math.max(1, all.reduce((a, b) => a + b, 0)), whole = given.map(row => row[2]);
    const [ofAll, ofThese] = hub.isShare ? [total(whole), total(counts)] : [1, 1];
    const height = i => Math.max(whole[i] / ofAll, hub.isShare ? counts[i] / ofThese : 0);
    const known = given.map((row, i) => (row[4] ? 0 : height(i)));
    const most = Math.max(...known) || 1;         // missing may be most: it would dwarf the rest
    all.hidden = !on.size;
    box.classList.toggle("ca-some", on.size > 0);
    rows.forEach((row, i) => {
      row.tick.checked = on.has(row.code);
      row.line.classList.toggle("ca-on", row.tick.checked);
      row.n.textContent = number(counts[i]);
      row.tick.setAttribute("aria-description", `${number(counts[i])} of ${number(whole[i])}`);
      row.line.style.setProperty("--all", Math.min(1, whole[i] / ofAll / most));
      row.line.style.setProperty("--these", Math.min(1, counts[i] / ofThese / most));
    });
  };
  return { box, paint, settle };
}

export default { render };
