// The live part of a report: linked views, and a table of rates and percentiles that follows them.
//
// `facts` has a code per row: first the bins of timed answers, then what stands in `AFTER`, of which
// the first are answers without a usable duration. `by` has the groups: those of a view, or a column
// of their own.
// All text goes through textContent: whatever a log says, it is shown and never obeyed.

const Z = 1.959963984540054;                       // of a two-sided interval of 95 %
const QUANTILES = [["p50", 1, 2], ["p90", 9, 10], ["p95", 19, 20], ["p99", 99, 100]];
const AFTER = ["finished", "failed", "unresolved", "unknown", "mock"];
const MOST_GROUPS = 40;
const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
const UNKNOWN = "–";

const inShort = value => (Math.abs(value) < 1000 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString("en-US"));
const inSeconds = seconds => {
  if (seconds === 0) return "0 s";
  if (seconds < 0.0995) return seconds < 0.000999 ? `${inShort(seconds * 1e6)} µs` : `${inShort(seconds * 1e3)} ms`;
  const [size, unit] = UNITS.find(([least]) => seconds >= least * 0.9995) ?? UNITS[3];
  return `${inShort(seconds / size)} ${unit}`;
};
const inPercent = share => {
  const value = 100 * share, rest = Math.min(value, 100 - value);
  return `${Number(value.toFixed(rest > 0 && rest < 0.1 ? 2 : 1))} %`;
};
// Wilson 1927, as `ca.stats.wilson`.
const wilson = (k, n) => {
  const middle = (k + Z * Z / 2) / (n + Z * Z);
  const half = Z * Math.sqrt(k * (n - k) / n + Z * Z / 4) / (n + Z * Z);
  return [k === 0 ? 0 : Math.max(0, middle - half), k === n ? 1 : Math.min(1, middle + half)];
};

// What a histogram of facts says: counts, the rate of failures, percentiles.
function figuresOf(found, { low, high }) {
  const bins = low.length, [untimed, failed, unresolved, unknown] = AFTER.map((_, place) => found[bins + place]);
  let timed = 0;
  for (let bin = 0; bin < bins; bin++) timed += found[bin];
  const resolved = timed + untimed + failed;
  const at = ([, part, of]) => {
    if (!timed) return null;
    const rank = Math.ceil(timed * part / of);
    let below = 0, bin = -1;
    while (below < rank) below += found[++bin];
    const share = part / of;
    const isReliable = share ** timed <= 0.025 && (1 - share) ** timed <= 0.025;
    return { value: (low[bin] + high[bin]) / 2, isReliable };
  };
  return { n: resolved + unresolved + unknown, timed, failed, resolved, unresolved, quantiles: QUANTILES.map(at) };
}

function tableOf(name, labels) {
  const made = (tag, props = {}, ...inside) => {
    const element = Object.assign(document.createElement(tag), props);
    element.append(...inside);
    return element;
  };
  const heads = ["calls", "failed", "unresolved", ...QUANTILES.map(([head]) => head), "timed calls"];
  const head = made("tr", {}, made("th", { scope: "col", textContent: name }),
    ...heads.map(textContent => made("th", { scope: "col", className: "rp-number", textContent })));
  const line = (label, className = "") => {
    const cells = heads.map(() => [made("span"), made("small")]);
    const row = made("tr", { className }, made("th", { scope: "row" }, made("bdi", { textContent: label })),
      ...cells.map(pair => made("td", { className: "rp-number" }, ...pair)));
    const write = figures => wordsOf(figures).forEach(([value, note], place) => {
      const [text, small] = cells[place];
      if (text.textContent !== value) text.textContent = value;
      if (small.textContent !== note) small.textContent = note;
    });
    return { row, write };
  };
  const whole = line("all calls", "rp-whole"), selected = line("selected"), groups = labels.map(label => line(label, "rp-group"));
  const table = made("table", {}, made("caption", { textContent: "Rates and percentiles of what is selected" }),
    made("thead", {}, head), made("tbody", {}, ...[whole, selected, ...groups].map(each => each.row)));
  return { table, whole, selected, groups };
}

function wordsOf({ n, timed, failed, resolved, unresolved, quantiles }) {
  const count = value => value.toLocaleString("en-US");
  const rate = resolved ? [inPercent(failed / resolved), wilson(failed, resolved).map(inPercent).join(" to ")] : [UNKNOWN, ""];
  return [[count(n), ""], rate, [count(unresolved), ""],
    ...quantiles.map(each => (each ? [inSeconds(each.value), each.isReliable ? "" : "too few"] : [UNKNOWN, ""])),
    [count(timed), ""]];
}

async function start(data, { views, table: place }) {
  const model = await pageModel(data);
  const { facts, by } = data, own = await column(facts), size = facts.low.length + AFTER.length;
  const groups = by && (by.view ? model.columns[by.view] : await column(by.column));
  const labels = !by ? [] : by.view ? [...model.labels[by.view], "(missing)"] : by.labels;
  const all = model.watch(own, size);
  const parts = groups ? model.watch(groups.crossed(own, size), size * labels.length) : null;
  const part = at => figuresOf(parts.subarray(at * size, (at + 1) * size), facts);
  const shown = labels.map((label, at) => ({ label, at, n: part(at).n }))
    .filter(({ n }) => n).sort((a, b) => b.n - a.n).slice(0, MOST_GROUPS);
  const figures = () => ({
    all: figuresOf(all, facts),
    groups: shown.map(({ label, at }) => [label, part(at)]),
  });
  const table = tableOf(by ? by.name : "", shown.map(({ label }) => label));
  table.whole.write(figures().all);
  place.replaceChildren(table.table);
  let written = null;
  const onPaint = () => {
    if (written === model.get("state")) return;
    written = model.get("state");
    const found = figures();
    table.selected.write(found.all);
    found.groups.forEach(([, each], at) => table.groups[at].write(each));
  };
  render({ model, el: views, onPaint });
  return { model, figures, words: { seconds: inSeconds, share: inPercent } };
}

// Paper cannot be unfolded; what the reader had folded is folded again.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")];
  for (const each of unfolded) each.open = true;
});
addEventListener("afterprint", () => { for (const each of unfolded) each.open = false; });

const element = id => document.getElementById(id);
try {
  window.report = await start(JSON.parse(element("data").textContent), { views: element("views"), table: element("followed") });
} catch (error) {
  element("views").textContent = `These views need a newer browser (${error.message}); everything else on this page does not.`;
}
