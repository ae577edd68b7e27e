// The rehearsal's clock goes on ticking between two pages: from the server's time, by the time passed since.
"use strict";

(() => {
  const clock = document.querySelector("[data-rehearsal-clock]");
  if (!clock) return;
  const shown = clock.querySelector("[data-rehearsal-time]");
  const [hours, minutes, seconds] = clock.dataset.rehearsalClock.split(":").map(Number);
  const start = hours * 3600 + minutes * 60 + seconds;
  const two = (n) => String(n).padStart(2, "0");
  const DAY = 86400;

  const tick = () => {
    const passed = start + Math.floor(performance.now() / 1000);
    const now = passed % DAY;
    shown.textContent = [Math.floor(now / 3600), Math.floor((now % 3600) / 60), now % 60].map(two).join(":");
    // The date is the server's to say: past midnight the words would be yesterday's.
    if (passed >= DAY) window.clearInterval(timer);
  };
  const timer = window.setInterval(tick, 1000);
})();
