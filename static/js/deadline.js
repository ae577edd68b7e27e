// Counts down to the closing by the server's clock, and never says that there is time when there is none.
// The server's instant was read after this navigation began, so "that instant + time since navigation" runs
// ahead of the server by the time of the request: what is left is told short, never long.
(() => {
  "use strict";
  const box = document.querySelector("[data-deadline]");
  if (!box) return;

  const language = document.documentElement.lang || "fr";
  const zone = document.documentElement.dataset.zone || "Africa/Casablanca";
  const told = Date.parse(box.dataset.now);
  const closes = Date.parse(box.dataset.closes);
  const left = box.querySelector("[data-deadline-left]");
  const clock = box.querySelector("[data-deadline-clock]");
  const say = box.querySelector("[data-deadline-say]");
  const announced = new Set();
  let edited = false;

  // The wall clock counts a sleeping machine's time, the monotonic one survives a wall clock set back.
  const elapsed = () => Math.max(performance.now(), Date.now() - performance.timeOrigin);
  const now = () => told + elapsed();

  const unit = (value, name, display = "long") =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: display }).format(value);

  function words(milliseconds) {
    const seconds = Math.floor(milliseconds / 1000);
    const parts = [
      [Math.floor(seconds / 86400), "day"],
      [Math.floor(seconds / 3600) % 24, "hour"],
      [Math.floor(seconds / 60) % 60, "minute"],
      [seconds % 60, "second"],
    ];
    const first = parts.findIndex(([value]) => value > 0);
    if (first < 0) return unit(0, "second");
    return parts.slice(first, first + (first < 1 ? 3 : 4)).map(([value, name]) => unit(value, name)).join(" ");
  }

  function hour(moment) {
    const parts = new Intl.DateTimeFormat("fr", {
      timeZone: zone, hour: "numeric", minute: "2-digit", second: "2-digit", hour12: false,
    }).formatToParts(moment);
    const part = (type) => parts.find((p) => p.type === type).value;
    return `${Number(part("hour"))}\u00a0h\u00a0${part("minute")}\u00a0min\u00a0${part("second")}\u00a0s`;
  }

  function announce(remaining) {
    for (const minutes of [1, 5, 10, 30]) {
      if (remaining > minutes * 60000) continue;
      if (!announced.has(minutes) && announced.size) say.textContent = left.parentElement.textContent;
      announced.add(minutes);
      return;
    }
    announced.add("start");
  }

  function over() {
    box.classList.add("pmp-deadline-over");
    box.querySelector("[data-deadline-open]").hidden = true;
    box.querySelector("[data-deadline-over]").hidden = false;
    say.textContent = box.querySelector("[data-deadline-over]").textContent;
    // The server says what happened; but what someone is typing is not thrown away for it.
    if (!edited) setTimeout(() => location.reload(), 2000);
  }

  function tick() {
    const remaining = closes - now();
    clock.textContent = hour(now());
    if (remaining <= 0) return over();
    left.textContent = words(remaining);
    announce(remaining);
    setTimeout(tick, Math.min(remaining, 1000 - (now() % 1000)) + 5);
  }

  document.addEventListener("input", () => { edited = true; });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  tick();
})();
