// The time of an interview, second by second, by the server's clock. Without this the page says the minutes, and when.
(() => {
  "use strict";
  const clocks = () => ({ steady: performance.now(), wall: Date.now() });
  const FAR = 7200000;
  const seen = new WeakMap(); // a timer that the server made -> the clocks here when it came

  // A tablet that slept: its steady clock may have stood still, so whichever clock says more is believed.
  const since = (then, now) => Math.max(now.steady - then.steady, now.wall - then.wall);

  const words = (milliseconds) => {
    const seconds = Math.floor(Math.abs(milliseconds) / 1000);
    const minutes = Math.floor(seconds / 60);
    return `${minutes}\u00a0min\u00a0${String(seconds % 60).padStart(2, "0")}\u00a0s`;
  };

  const tell = (timer, at) => {
    const starts = Date.parse(timer.dataset.starts);
    const ends = Date.parse(timer.dataset.ends);
    const [phase, left] = at < starts ? ["before", starts - at] : at < ends ? ["during", ends - at] : ["after", at - ends];
    timer.dataset.phase = phase;
    if (phase === "before" && left > FAR) return; // the page says the day
    timer.querySelector("[data-timer-left]").textContent = timer.dataset[phase].replace("{time}", words(left));
  };

  const tick = () => {
    for (const timer of document.querySelectorAll("[data-timer]")) {
      if (!seen.has(timer)) seen.set(timer, clocks());
      const passed = "stopped" in timer.dataset ? 0 : since(seen.get(timer), clocks());
      tell(timer, Date.parse(timer.dataset.now) + passed);
    }
  };

  // What is not the fragment (a page to sign in, after the session's end) doesn't take its place.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.matches("[data-going]") && !event.detail.xhr.responseText.includes("data-timer")) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", tick);
  tick();
  setInterval(tick, 1000);
})();
