// A page of the selection as a table: sorted and cut by the kernel, walked through by keyboard.
//
// The model gives  page {columns: [{name, label, isNumber, order}], rows: [[place, [text, …]], …],
//                        start, n, opened}
// and takes        {type: "sort", column}, {type: "page", start}, {type: "open", place}.

const number = n => n.toLocaleString("en-US");
const make = (tag, props = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...inside);
  return made;
};
const NOTHING = "no completion is selected";
const ORDERS = { ascending: " ↑", descending: " ↓", none: "" };
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

function render({ model, el }) {
  const table = make("table"), said = make("span", { ariaLive: "polite" });
  const before = make("button", { type: "button", textContent: "← before" });
  const after = make("button", { type: "button", textContent: "after →" });
  const root = make("div", { className: "ca ca-explore ca-selection" },
    make("div", { className: "ca-line" }, said, before, after), make("div", { className: "ca-scroll" }, table));
  root.dataset.lmSuppressShortcuts = "true";      // or a notebook would take the keys as commands
  root.onkeydown = event => { if (event.key !== "Tab") event.stopPropagation(); };
  el.append(root);
  let size = 25, shown = model.get("page").opened;

  const turn = step => {
    const { start, n } = model.get("page"), next = start + step * size;
    if (next >= 0 && next < n) model.send({ type: "page", start: next });
  };
  before.onclick = () => turn(-1);
  after.onclick = () => turn(1);

  const headOf = ({ name, label, isNumber, order }) => {
    const sort = make("button", { type: "button", textContent: label + ORDERS[order] });
    sort.onclick = () => model.send({ type: "sort", column: name });
    const head = make("th", { scope: "col", className: isNumber ? "ca-number" : "" }, sort);
    head.setAttribute("aria-sort", order);
    return head;
  };
  const rowOf = ([place, cells], columns, opened) => {
    const open = () => model.send({ type: "open", place });
    const cell = (text, { isNumber }) => make("td",
      { textContent: text, title: text, className: isNumber ? "ca-number" : "" });
    const row = make("tr", { tabIndex: -1, onclick: open }, ...cells.map((text, i) => cell(text, columns[i])));
    row.ariaSelected = String(place === opened);
    row.onkeydown = event => {
      const rows = [...row.parentNode.children], at = rows.indexOf(row);
      if (event.key === "Enter" || event.key === " ") open();
      else if (event.key === "PageDown" || event.key === "PageUp") turn(event.key === "PageDown" ? 1 : -1);
      else if (event.key in STEPS) rows[Math.max(0, Math.min(rows.length - 1, at + STEPS[event.key]))].focus();
      else return;
      event.preventDefault();
    };
    row.onfocus = () => { for (const other of row.parentNode.children) other.tabIndex = other === row ? 0 : -1; };
    return row;
  };

  const onPage = () => {
    const { columns, rows, start, n, opened, size: given } = model.get("page");
    const active = el.getRootNode().activeElement;      // a shadow root has its own
    const body = table.tBodies[0], at = body ? [...body.children].indexOf(active) : -1;
    const sorted = [...table.querySelectorAll("th button")].indexOf(active);
    size = given;
    if (opened !== shown) {                             // the page below may be out of sight
      shown = opened;
      const below = root.closest(".widget-vbox")?.lastElementChild;
      setTimeout(() => below?.scrollIntoView({ block: "nearest" }), 100);
    }
    table.replaceChildren(
      make("caption", { className: "ca-unseen-line", textContent: "The selected completions; Enter opens one" }),
      make("thead", {}, make("tr", {}, ...columns.map(headOf))),
      make("tbody", {}, ...rows.map(row => rowOf(row, columns, opened))));
    const last = start + rows.length;
    said.textContent = n ? `rows ${number(start + 1)}–${number(last)} of ${number(n)}` : NOTHING;
    before.disabled = start <= 0;
    after.disabled = start + rows.length >= n;
    const made = [...table.tBodies[0].children];
    if (made.length) made[0].tabIndex = 0;
    if (at >= 0) made[Math.min(at, made.length - 1)]?.focus();
    if (sorted >= 0) table.querySelectorAll("th button")[sorted]?.focus();
  };
  model.on("change:page", onPage);
  onPage();
  return () => { model.off("change:page", onPage); root.remove(); };
}

export default { render };
