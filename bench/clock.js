// A clock in the page: when an input came in, and when what follows from it had been painted.
(() => {
  const inputs = [], paints = [], pending = new Set();
  let isFrame = false, isDrawn = false, said = "";
  const ask = window.requestAnimationFrame.bind(window);
  const painted = mark => {                       // a message sent in a frame arrives after its paint
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { pending.delete(mark); paints.push([mark, performance.now()]); };
    channel.port2.postMessage(null);
  };
  const drawn = mark => {
    if (pending.has(mark)) return;
    pending.add(mark);
    if (isFrame) painted(mark); else ask(() => painted(mark));
  };
  window.requestAnimationFrame = call => ask(now => {
    isFrame = true;
    try { call(now); } finally { onFrame(); isFrame = false; }
  });

  // Linked views count as drawn when they tell another number of rows than before.
  const onFrame = () => {
    if (!isDrawn) return;
    isDrawn = false;
    const now = document.querySelector(".ca-count strong")?.textContent;
    if (now !== said) { said = now; drawn("linked"); }
  };
  const onCanvas = canvas => {
    if (canvas.closest(".ca-range")) isDrawn = true;
    else if (canvas.isConnected) drawn("picture");
  };
  for (const name of ["clearRect", "drawImage"]) {
    const native = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      onCanvas(this.canvas);
      return native.apply(this, given);
    };
  }
  document.addEventListener("load", event => {
    if (event.target instanceof HTMLImageElement) drawn("picture");
  }, true);
  const isFigures = node => node instanceof Element && (node.matches(".ca-summary") || node.querySelector(".ca-summary"));
  new MutationObserver(changes => {
    if (changes.some(change => [...change.addedNodes].some(isFigures))) drawn("figures");
  }).observe(document, { childList: true, subtree: true });

  const took = event => { if (event.type !== "pointermove" || event.buttons) inputs.push(event.timeStamp); };
  for (const type of ["keydown", "pointermove", "change"]) window.addEventListener(type, took, true);

  window.benchClock = {
    restart() { inputs.length = 0; paints.length = 0; },
    // Milliseconds from the first input to the first picture after it; null if there is none yet.
    since(mark) {
      const found = paints.find(([name, at]) => name === mark && at > inputs[0]);
      return found ? found[1] - inputs[0] : null;
    },
    // Pictures a second from the first input to the last.
    rate(mark) {
      const [first, last] = [inputs[0], inputs[inputs.length - 1]];
      const n = paints.filter(([name, at]) => name === mark && at > first && at <= last).length;
      return 1000 * n / (last - first);
    },
    // When something was first painted, in milliseconds since 1970.
    first(mark) {
      const found = paints.find(([name]) => name === mark);
      return found ? performance.timeOrigin + found[1] : null;
    },
  };
})();
