// Counts down to the deadline by the server's clock, and never says that there is time when there is none.
// A page made by the server tells an instant; what has passed here since then is added to it. Both clocks of the machine
// are read: the wall clock counts a sleeping machine's time, the monotonic one survives a wall clock set back. When they
// disagree, or the page slept, or came slowly, nothing is said before the server was asked again.
(() => {
  "use strict";
  const page = document.documentElement;
  const language = page.lang || "fr";
  const zone = page.dataset.zone || "Africa/Casablanca";
  const ASLEEP = 10000, SKEW = 2000, SLOW = 2000, ASK_AGAIN = 5000;

  const boxes = [...document.querySelectorAll("[data-deadline]")].map((element) => ({
    element,
    closes: Date.parse(element.dataset.closes),
    last: Number(element.dataset.deadlineLast) * 1000,
    part: (name) => element.querySelector(`[data-deadline-${name}]`),
  }));
  if (!boxes.length) return;
  const address = boxes[0].element.dataset.hour;
  const say = [...document.querySelectorAll("[data-deadline-say]")].at(-1);

  const clocks = () => ({ steady: performance.now(), wall: Date.now() });
  const since = (then, now) => [now.steady - then.steady, now.wall - then.wall];
  let reading = read(boxes[0].element.dataset.now, asked());
  let sure = !doubtful();
  let before = clocks();
  let asking = false, typed = false, sending = false, timer, announced;

  // What the server says, and the clocks here when it was asked: before it read its own, so the time left is told
  // short, never long.
  function read(instant, here) {
    return { told: Date.parse(instant), here };
  }

  // performance.timeOrigin is not to be trusted on a machine that has slept, so both clocks are read now and taken back.
  function asked() {
    const now = clocks();
    const ago = now.steady - (performance.getEntriesByType("navigation")[0]?.requestStart || 0);
    return { steady: now.steady - ago, wall: now.wall - ago };
  }

  function doubtful() {
    const way = performance.getEntriesByType("navigation")[0];
    return Boolean(way) && (way.type === "back_forward" || way.responseStart - way.requestStart > SLOW);
  }

  const instant = (here) => reading.told + Math.max(...since(reading.here, here));

  function look(here) {
    const [steady, wall] = since(reading.here, here);
    if (Math.max(...since(before, here)) > ASLEEP || Math.abs(wall - steady) > SKEW) sure = false;
    before = here;
  }

  async function ask() {
    if (asking) return;
    asking = true;
    const here = clocks();
    try {
      const answer = await fetch(address, { cache: "no-store", credentials: "omit" });
      const told = await answer.json();
      if (!answer.ok || Number.isNaN(Date.parse(told.now))) throw new Error(answer.status);
      reading = read(told.now, here);
      sure = true;
      if (Date.parse(told.closes_at) !== boxes[0].closes) turn(); // the deadline has moved
      boxes.forEach((box) => { if (box.element.dataset.hour === address) box.closes = Date.parse(told.closes_at); });
    } catch {
      sure = false;
    }
    asking = false;
    before = clocks();
    tick(sure ? 0 : ASK_AGAIN);
  }

  function show(box, name) {
    for (const other of ["told", "open", "check", "over"]) box.part(other).hidden = other !== name;
    const live = box.part("live");
    if (live) live.hidden = name === "check";
  }

  const unit = (value, name) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(value);

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

  // Said aloud when a threshold is crossed, not at each second, and not on arrival: the page itself says it then.
  function announce(remaining) {
    const limit = [0, 1, 5, 10, 30, 60].find((minutes) => remaining <= minutes * 60000) ?? Infinity;
    if (announced !== undefined && limit < announced && say) {
      say.textContent = limit ? say.dataset.deadlineSay.replace("{time}", unit(limit, "minute")) : boxes[0].part("over").textContent;
    }
    announced = Math.min(limit, announced ?? Infinity);
  }

  function draw(box, now) {
    const remaining = box.closes - now;
    const over = remaining <= 0;
    box.part("clock").textContent = hour(now);
    if (!over) box.part("left").textContent = words(remaining);
    show(box, over ? "over" : "open");
    box.element.classList.toggle("pmp-deadline-over", over);
    if (box.last) box.element.hidden = remaining > box.last;
    if (over) turn();
  }

  function tick(wait) {
    clearTimeout(timer);
    if (wait) { timer = setTimeout(tick, wait); return; }
    const here = clocks();
    look(here);
    // Nothing that could be read later, when it is true no more, is left on a page that is put away.
    if (document.hidden || (!sure && address)) boxes.forEach((box) => show(box, "check"));
    if (document.hidden) return;
    if (!sure && address) { ask(); return; }
    const now = instant(here);
    boxes.forEach((box) => draw(box, now));
    announce(Math.min(...boxes.map((box) => box.closes - now)));
    timer = setTimeout(tick, 1005 - (now % 1000));
  }

  // The server says what happened; but nothing that someone types or sends is thrown away for it, and a page is not
  // given up for one that can't be reached.
  let turning = false, tries = 0;
  function turn() {
    if (turning || typed || sending) return;
    turning = true;
    setTimeout(async () => {
      const reached = await fetch(address || location.href, { cache: "no-store", credentials: "omit" }).catch(() => null);
      turning = false;
      if (reached && !typed && !sending) location.reload();
    }, 1500 + Math.random() * 1500 + Math.min(tries++, 10) * 1500); // not everybody at the same instant
  }

  for (const name of ["input", "change"]) document.addEventListener(name, () => { typed = true; }, true);
  for (const name of ["submit", "htmx:beforeRequest"]) document.addEventListener(name, () => { sending = true; }, true);
  document.addEventListener("htmx:afterRequest", () => { sending = false; });
  document.addEventListener("visibilitychange", () => tick());
  window.addEventListener("online", () => tick());
  window.addEventListener("pagehide", () => boxes.forEach((box) => show(box, "check")));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sending = sure = false;
    if (typed) tick(); else location.reload();
  });
  tick();
})();

// The reader's own hour beside the institution's, only where it is another one: <time datetime="…" data-own-zone>.
(() => {
  "use strict";
  const page = document.documentElement;
  const official = page.dataset.zone || "Africa/Casablanca";
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;

  function parts(moment, timeZone) {
    const format = { timeZone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit", hour12: false };
    const found = new Intl.DateTimeFormat("en-GB", format).formatToParts(moment);
    return Object.fromEntries(found.map((part) => [part.type, part.value]));
  }

  const date = (found) => `${found.year}-${found.month}-${found.day}`;

  function told(moment) {
    const [here, there] = [parts(moment, own), parts(moment, official)];
    if (date(here) === date(there) && here.hour === there.hour && here.minute === there.minute) return "";
    const hour = `${Number(here.hour) % 24}\u00a0h\u00a0${here.minute}`;
    if (date(here) === date(there)) return hour;
    const day = new Intl.DateTimeFormat(page.lang || "fr", { timeZone: own, weekday: "long", day: "numeric", month: "long" }).format(moment);
    return `${day} à\u00a0${hour}`;
  }

  function mark(root) {
    for (const time of root.querySelectorAll("time[data-own-zone]:not([data-own-zone-told])")) {
      time.dataset.ownZoneTold = "";
      const words = told(new Date(time.dateTime));
      if (!words || !page.dataset.ownZone) continue;
      const place = own.split("/").pop().replaceAll("_", " ");
      const note = Object.assign(document.createElement("span"), { className: "pmp-own-zone" });
      note.textContent = ` ${page.dataset.ownZone.replace("{place}", place).replace("{time}", words)}`;
      time.after(note);
    }
  }
  mark(document);
  document.addEventListener("htmx:afterSwap", (event) => mark(event.target.parentElement || document));
})();
