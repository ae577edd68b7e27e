// Sends a file as soon as it is chosen, in pieces that survive a cut line, a reload and a closed tab: a client of the tus
// protocol (https://tus.io/protocols/resumable-upload). The page's plain forms do the same without it, in one go.
(() => {
  "use strict";
  const words = document.getElementById("envois");
  if (!words) return;
  const SMALLEST = 16384, LARGEST = 1 << 20, PATIENCE = 45000, DAY = 86400000;
  const language = document.documentElement.lang;
  const voice = document.getElementById("envois-dire");
  const trays = new Set();
  let pieceSize = 65536; // what the line bears: small at first, larger while it is good
  let running = false;

  // --- words
  const number = (n, digits) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(n);
  const bytes = (n) => (n < 1e6 ? `${number(n / 1000, 0)}\u00a0ko` : `${number(n / 1e6, 1)}\u00a0Mo`);
  const told = (key, values = {}) => words.dataset[key].replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const say = (text) => { voice.textContent = text; };
  const pause = (ms, signal) => new Promise((done) => {
    setTimeout(done, ms);
    signal?.addEventListener("abort", done);
    if (!navigator.onLine) addEventListener("online", done, { once: true });
  });
  const chance = () => crypto.getRandomValues(new Uint32Array(2)).join("-");
  const isPhoto = (file) => /^image\//.test(file.type) || /\.(jpe?g|png|hei[cf])$/i.test(file.name);

  // --- what this device remembers: the files themselves, until they are in
  const shelf = new Promise((open) => {
    try {
      const asked = indexedDB.open("envois", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "key" });
      asked.onsuccess = () => { asked.result.onversionchange = () => asked.result.close(); open(asked.result); };
      asked.onerror = () => open(null);
    } catch { open(null); }
  });
  const onShelf = async (act) => {
    const store = await shelf;
    if (!store) return undefined;
    return new Promise((done) => {
      try {
        const asked = act(store.transaction("files", "readwrite").objectStore("files"));
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => done(undefined);
      } catch { done(undefined); }
    });
  };

  // --- the line
  class Refused extends Error {
    constructor(status, code, message, offset) { super(message || told("failed")); Object.assign(this, { status, code, offset }); }
    get passing() { return !this.status || this.status >= 500 || this.status === 429 || this.signedOut || ["busy", "scanner_unavailable"].includes(this.code); }
    // Without our code: the token is another session's.
    get signedOut() { return this.code === "signed_out" || (this.status === 403 && !this.code); }
  }

  // XMLHttpRequest: fetch doesn't tell how much of a body has gone.
  function ask(method, url, { headers = {}, body = null, progress = () => {}, signal = null, tus = true, patience = PATIENCE } = {}) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      let timer;
      const alive = () => { clearTimeout(timer); timer = setTimeout(() => request.abort(), patience); };
      const cut = () => request.abort();
      request.open(method, url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "");
      if (tus) request.setRequestHeader("Tus-Resumable", "1.0.0");
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => { alive(); progress(event.loaded); };
      request.onload = () => {
        if (request.status < 300) return done(request);
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* a page, or nothing: the status tells */ }
        return fail(new Refused(request.status, answer.code, answer.message, request.getResponseHeader("Upload-Offset")));
      };
      request.onerror = request.onabort = () => fail(new Refused(0));
      request.onloadend = () => {
        clearTimeout(timer);
        removeEventListener("offline", cut);
        signal?.removeEventListener("abort", cut);
      };
      addEventListener("offline", cut);
      signal?.addEventListener("abort", cut);
      alive();
      request.send(body);
    });
  }

  // --- one file
  class Piece {
    constructor(tray, file, { id = "", key = chance(), name = file.name, size = file.size, offset = 0 } = {}) {
      Object.assign(this, { tray, file, id, key, name, size, offset, sure: !id, delay: 1000, stop: new AbortController() });
      this.state = offset === size && id ? "whole" : file ? "waiting" : "lost";
      this.node = document.getElementById("envoi-fichier").content.firstElementChild.cloneNode(true);
      this.find(".app-item-name").textContent = name;
      this.bar = this.find("progress");
      this.bar.setAttribute("aria-label", name);
      for (const button of this.node.querySelectorAll("button")) button.append(this.hiddenName());
      this.find("[data-cancel]").onclick = () => this.cancel();
      this.find("[data-up]").onclick = () => tray.move(this, -1);
      this.find("[data-down]").onclick = () => tray.move(this, 1);
      this.show();
      if (file && tray.photos) this.draw();
      hold(key);
    }

    find(selector) { return this.node.querySelector(selector); }
    get url() { return words.dataset.begin.replace(/[^/]+\/envois\/$/, `envois/${this.id}/`); }
    get values() { return { name: this.name, done: bytes(this.offset), total: bytes(this.size) }; }

    hiddenName() {
      return Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` ${this.name}` });
    }

    // Without an address of its own: the page's policy lets no picture in but from here.
    async draw() {
      try {
        const canvas = this.find("canvas");
        const picture = await createImageBitmap(this.file, { resizeWidth: 192, resizeQuality: "medium" });
        const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
        const [width, height] = [picture.width * scale, picture.height * scale];
        canvas.getContext("2d").drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
        canvas.hidden = false;
      } catch { /* a kind of photo that this browser can't show */ }
    }

    show(key = { waiting: "waiting", whole: "whole", lost: "lost" }[this.state] || "sending") {
      this.bar.value = this.size ? this.offset / this.size : 0;
      this.tell(told(key, this.values));
    }

    tell(text) { this.find("[data-words]").textContent = text; }

    at(offset) {
      this.bar.value = offset / this.size;
      this.tell(told("sending", { done: bytes(offset), total: bytes(this.size) }));
    }

    async send() {
      this.state = "sending";
      if (!this.offset) say(told("start", this.values));
      this.show();
      while (this.state === "sending") {
        try {
          if (!this.id) await this.begin();
          if (!this.sure) await this.resume();
          while (this.offset < this.size) await this.next();
          this.state = "whole";
          this.show();
        } catch (error) {
          if (this.state === "gone") return;
          await this.stumble(error);
        }
      }
    }

    async begin() {
      const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
      const metadata = `filename ${encoded(this.name)},requirement ${encoded(this.tray.code)}`;
      const headers = { "Upload-Length": this.size, "Upload-Metadata": metadata };
      const answer = await ask("POST", words.dataset.begin, { headers, signal: this.stop.signal });
      this.id = answer.getResponseHeader("Location").match(/([0-9a-f-]{36})\/$/)[1];
      this.offset = 0;
      this.sure = true;
      hold(this.id);
      this.keep();
    }

    async resume() {
      const answer = await ask("HEAD", this.url, { signal: this.stop.signal });
      this.offset = Number(answer.getResponseHeader("Upload-Offset"));
      this.sure = true;
      if (this.cut) say(told("again", this.values));
      this.cut = false;
      this.show();
    }

    async next() {
      const from = this.offset, piece = this.file.slice(from, from + pieceSize), began = performance.now();
      const body = await piece.arrayBuffer().catch(() => { throw new Refused(400, "unreadable", told("unreadable")); });
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": from };
      const progress = (loaded) => this.at(from + Math.min(loaded, body.byteLength));
      const answer = await ask("PATCH", this.url, { headers, body, progress, signal: this.stop.signal });
      this.offset = Number(answer.getResponseHeader("Upload-Offset"));
      this.delay = 1000;
      const took = performance.now() - began;
      if (took < 1500 && body.byteLength === pieceSize) pieceSize = Math.min(pieceSize * 2, LARGEST);
      else if (took > 6000) pieceSize = Math.max(pieceSize / 2, SMALLEST);
      this.show();
    }

    // A cut is waited out; a refusal is final.
    async stumble(error) {
      if (!(error instanceof Refused)) error = new Refused(400, "failed");
      if (error.code === "wrong_offset") { this.offset = Number(error.offset); return; }
      if (error.status === 404 && this.id && !this.again) { this.again = true; return this.afresh(); }
      if (!error.passing) return this.fail(error);
      this.sure = !this.id;
      this.cut = true;
      if (!error.status) pieceSize = Math.max(pieceSize / 2, SMALLEST);
      const text = error.signedOut ? told("signedOut", this.values) : error.status ? error.message : told("offline", this.values);
      if (this.find("[data-words]").textContent !== text) say(text);
      this.tell(text);
      await pause(this.delay + Math.random() * 500, this.stop.signal);
      this.delay = Math.min(this.delay * 2, error.signedOut ? 15000 : 30000);
    }

    // The server has forgotten it, or another tab has finished it: its own answer tells.
    afresh() { Object.assign(this, { id: "", offset: 0, sure: true }); }

    fail(error) {
      this.state = "failed";
      this.drop();
      this.tray.fail(this, error.message);
    }

    keep() {
      const { id, key, file, tray } = this;
      const place = tray.pieces.indexOf(this);
      if (file) onShelf((files) => files.put({ id, key, file, place, code: tray.code, replaces: tray.replaces, group: tray.group, owner: words.dataset.owner, at: Date.now() }));
    }

    forget() { onShelf((files) => files.delete(this.key)); }

    // Off this device, and off the server.
    drop() {
      this.forget();
      if (this.id) ask("DELETE", this.url).catch(() => {}); // else the server's own sweep will
    }

    cancel() {
      this.state = "gone";
      this.stop.abort();
      this.drop();
      say(told("cancelled", this.values));
      this.tray.remove(this);
    }
  }

  // --- the files that become one document: a PDF, or photos
  class Tray {
    constructor(code, replaces, photos, group = chance()) {
      Object.assign(this, { code, replaces, photos, group, pieces: [], delay: 1000 });
      this.node = document.getElementById("envoi-groupe").content.firstElementChild.cloneNode(true);
      this.list = this.find(".app-sending");
      this.find("[data-join]").onclick = () => this.attach();
      this.section.querySelector("[data-trays]").append(this.node);
      trays.add(this);
    }

    find(selector) { return this.node.querySelector(selector); }
    get section() { return document.getElementById(`section-${this.code}`); }

    add(piece) {
      this.pieces.push(piece);
      this.list.append(piece.node);
      piece.keep();
      this.show();
    }

    // Which buttons there are, and what is left to do.
    show() {
      const whole = this.pieces.every((piece) => piece.state === "whole");
      const several = this.pieces.length > 1;
      this.pieces.forEach((piece, n) => {
        for (const [name, end] of [["up", 0], ["down", this.pieces.length - 1]]) {
          const button = piece.find(`[data-${name}]`);
          button.hidden = !several || this.busy;
          button.setAttribute("aria-disabled", n === end);
        }
        piece.find("[data-cancel]").hidden = this.busy;
        if (this.photos) piece.find(".app-item-name").textContent = several ? `${told("order", { n: n + 1, of: this.pieces.length })} · ${piece.name}` : piece.name;
      });
      this.find(".pmp-actions").hidden = !(this.photos && whole) || this.busy;
      const line = this.find(".app-tray-words");
      if (this.busy || (this.photos && whole)) line.textContent = told(this.busy ? (this.photos ? "joining" : "checking") : "ready");
      line.hidden = !this.busy && !(this.photos && whole);
      room(this.section);
    }

    move(piece, step) {
      const from = this.pieces.indexOf(piece), to = from + step;
      if (to < 0 || to >= this.pieces.length) return;
      this.pieces.splice(to, 0, this.pieces.splice(from, 1)[0]);
      const focused = document.activeElement;
      this.list.append(...this.pieces.map((one) => one.node));
      focused.focus();
      this.show();
      this.pieces.forEach((one) => one.keep());
      say(told("moved", { name: piece.name, n: to + 1, of: this.pieces.length }));
    }

    // Photos wait for a word from who knows their order; a PDF needs none.
    settled() {
      this.show();
      if (!this.pieces.every((piece) => piece.state === "whole")) return;
      if (this.photos) say(this.find(".app-tray-words").textContent);
      else this.attach();
    }

    async attach() {
      this.busy = true;
      this.complain("");
      this.show();
      say(this.find(".app-tray-words").textContent);
      while (this.busy) {
        try {
          const body = new FormData();
          body.append("requirement", this.code);
          if (this.replaces) body.append("replaces", this.replaces);
          for (const piece of this.pieces) body.append("parts", piece.id);
          const answer = await ask("POST", words.dataset.attach, { body, tus: false, patience: 3 * PATIENCE });
          return this.done(answer.responseText);
        } catch (error) {
          await this.stumble(error);
        }
      }
    }

    async stumble(error) {
      if (error.passing) {
        const text = error.signedOut ? told("signedOut", this.pieces[0].values) : error.status ? error.message : told("offline", this.pieces[0].values);
        this.find(".app-tray-words").textContent = text;
        say(text);
        await pause(this.delay + Math.random() * 500);
        this.delay = Math.min(this.delay * 2, 15000);
        return;
      }
      this.busy = false;
      if (error.code === "unfinished") {
        for (const piece of this.pieces) Object.assign(piece, { state: piece.file ? "waiting" : "lost", sure: false });
        this.show();
        run();
      } else if (this.photos && error.status === 422) {
        this.complain(error.message);
        this.show();
        this.find("[data-join]").focus();
      } else {
        this.pieces.slice().forEach((piece) => piece.drop());
        this.close();
        complain(this.section, error.message);
      }
    }

    done(html) {
      this.busy = false;
      this.pieces.forEach((piece) => piece.forget());
      this.close();
      replace(this.code, html);
      say(told("received", { name: this.pieces[0].name }));
    }

    fail(piece, message) {
      this.remove(piece);
      complain(this.section, this.photos ? `${piece.name}\u00a0: ${message}` : message);
    }

    complain(message) {
      const line = this.find(".pmp-field-error");
      line.textContent = message;
      line.hidden = !message;
    }

    remove(piece) {
      const focused = this.node.contains(document.activeElement);
      this.pieces = this.pieces.filter((one) => one !== piece);
      piece.node.remove();
      if (!this.pieces.length) this.close();
      else this.show();
      const next = this.pieces.length ? this.find("[data-cancel]") : this.section.querySelector("form[data-upload]:not([hidden]) .app-file");
      if (focused) (next || this.section.querySelector("h2")).focus();
    }

    close() {
      this.node.remove();
      trays.delete(this);
      room(this.section);
    }
  }

  // --- the page
  // One file at a time: on a bad line two would only slow each other down.
  async function run() {
    if (running) return;
    running = true;
    for (let piece; (piece = [...trays].flatMap((tray) => tray.pieces).find((one) => one.state === "waiting"));) {
      await piece.send();
      if (piece.state === "whole" && trays.has(piece.tray)) piece.tray.settled();
    }
    running = false;
  }

  // Another tab that sends the same file is left to it.
  function hold(id) {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((got) => {
      navigator.locks.request(`envoi:${id}`, { ifAvailable: true }, (lock) => {
        got(Boolean(lock));
        return lock ? new Promise(() => {}) : undefined; // held until the page is left
      });
    });
  }

  function room(section) {
    const form = section.querySelector(":scope > form[data-upload]");
    const mine = [...trays].filter((tray) => tray.code === section.dataset.code);
    const taken = mine.filter((tray) => !tray.replaces).length;
    const open = mine.some((tray) => (tray.photos && !tray.busy) || tray.pieces.some((piece) => piece.state === "lost"));
    if (!form) return;
    form.hidden = Number(section.dataset.room) <= taken && !open;
    const label = form.querySelector("label");
    label.dataset.first ??= label.textContent;
    label.textContent = mine.some((tray) => tray.photos && !tray.replaces) ? label.dataset.more : label.dataset.first;
  }

  function complain(section, message) {
    const input = section.querySelector("form[data-upload]:not([hidden]) .app-file") || section.querySelector(".app-file");
    const id = `erreur-${section.dataset.code}`;
    document.getElementById(id)?.remove();
    input.removeAttribute("aria-invalid");
    input.classList.toggle("is-invalid", Boolean(message));
    input.setAttribute("aria-describedby", `limites-${section.dataset.code}${message ? ` ${id}` : ""}`);
    if (!message) return;
    input.setAttribute("aria-invalid", "true");
    const line = Object.assign(document.createElement("p"), { id, className: "pmp-field-error", textContent: message });
    line.setAttribute("role", "alert");
    input.after(line);
    if (input.closest("details")) input.closest("details").open = true;
  }

  // What the server drew anew, in the place of what stands there; what is on its way stays.
  function replace(code, html) {
    const old = document.getElementById(`section-${code}`);
    const focused = old.contains(document.activeElement) || document.activeElement === document.body;
    const fresh = new DOMParser().parseFromString(html, "text/html").body;
    const section = fresh.querySelector(`#${CSS.escape(old.id)}`);
    const steps = fresh.querySelector(".app-steps");
    section.querySelector("[data-trays]")?.append(...old.querySelectorAll("[data-trays] > *"));
    old.replaceWith(section);
    if (steps) document.querySelector(".app-steps")?.replaceWith(steps);
    dress(section);
    room(section);
    if (focused) section.querySelector("h2").focus({ preventScroll: true });
  }

  // The button that sends is of no use once choosing does.
  function dress(root) {
    for (const form of root.querySelectorAll("form[data-upload]")) {
      form.querySelector(".pmp-actions").hidden = true;
      form.querySelector(".app-file").classList.add("app-at-once");
    }
  }

  async function choose(input) {
    const section = input.closest("[data-code]"), code = section.dataset.code;
    const replaces = input.form.elements.replaces?.value ?? "";
    const files = await goneOn(section, [...input.files]);
    input.value = "";
    complain(section, "");
    const photos = files.filter((file) => "photos" in section.dataset && isPhoto(file));
    const others = files.filter((file) => !photos.includes(file));
    const open = [...trays].find((tray) => tray.photos && !tray.busy && tray.code === code && tray.replaces === replaces);
    const wanted = others.length + (photos.length && !open ? 1 : 0);
    const free = replaces ? 1 : Number(section.dataset.room) - [...trays].filter((tray) => tray.code === code && !tray.replaces).length;
    if (wanted > free) return complain(section, told(free === 1 || Number(section.dataset.room) <= 1 ? "one" : "full"));
    for (const file of others) {
      const tray = new Tray(code, replaces, false);
      tray.add(new Piece(tray, file));
    }
    if (photos.length) {
      const tray = open || new Tray(code, replaces, true);
      for (const file of photos) tray.add(new Piece(tray, file));
    }
    input.closest("details")?.removeAttribute("open");
    run();
  }

  // A file that this device has forgotten, chosen again: the same bytes so far, and it goes on.
  async function goneOn(section, files) {
    const rest = [];
    for (const file of files) {
      const piece = [...trays].flatMap((tray) => tray.pieces).find((one) => one.state === "lost" && one.tray.code === section.dataset.code && one.name === file.name && one.size === file.size);
      if (!piece) { rest.push(file); continue; }
      piece.file = file;
      if (!(await same(piece))) { say(told("other")); piece.drop(); piece.afresh(); }
      piece.keep();
      if (piece.tray.photos) piece.draw();
      piece.state = "waiting";
      piece.show();
      piece.tray.show();
    }
    return rest;
  }

  async function same(piece) {
    if (!crypto.subtle || !piece.offset) return true;
    try {
      const answer = await ask("HEAD", piece.url, { headers: { "Want-Repr-Digest": "sha-256=9" } });
      piece.offset = Number(answer.getResponseHeader("Upload-Offset"));
      const digest = await crypto.subtle.digest("SHA-256", await piece.file.slice(0, piece.offset).arrayBuffer());
      return answer.getResponseHeader("Repr-Digest") === `sha-256=:${btoa(String.fromCharCode(...new Uint8Array(digest)))}:`;
    } catch { return true; } // the line is cut: the name and the size will do
  }

  async function removed(form) {
    const code = form.closest("[data-code]").dataset.code;
    try {
      const answer = await ask("POST", form.action, { body: new FormData(form), tus: false });
      replace(code, answer.responseText);
      say(told("removed"));
    } catch { form.submit(); } // the plain way says what is wrong
  }

  // One file again: as this device remembers it, as the server does, or both.
  function takeUp(code, record, row) {
    const section = document.getElementById(`section-${code}`);
    if (!section) return;
    const name = record ? record.file.name : row.name;
    const photos = "photos" in section.dataset && isPhoto(record ? record.file : { type: "", name });
    const given = section.querySelectorAll("input[name=replaces]");
    const replaces = record ? record.replaces : section.dataset.room === "0" && given.length === 1 ? given[0].value : "";
    const group = record?.group ?? (photos ? "server" : undefined);
    const tray = (photos && [...trays].find((one) => one.code === code && one.group === group)) || new Tray(code, replaces, photos, group);
    const size = record ? record.file.size : Number(row.size);
    tray.add(new Piece(tray, record?.file, { id: row?.id ?? "", key: record?.key, name, size, offset: Number(row?.received ?? 0) }));
  }

  // What was on its way when the page was left.
  async function restore() {
    const rows = new Map([...words.querySelectorAll("li[data-id]")].map((row) => [row.dataset.id, row.dataset]));
    const records = [];
    for (const record of (await onShelf((files) => files.getAll())) || []) {
      const over = record.owner !== words.dataset.owner || Date.now() - record.at > DAY;
      const done = record.id && !rows.has(record.id); // or begun since this page was made, by a tab that holds it
      if (over || (done && (await hold(record.key)))) onShelf((files) => files.delete(record.key));
      else if (!done) records.push(record);
    }
    for (const record of records.sort((a, b) => a.place - b.place)) {
      const row = rows.get(record.id);
      rows.delete(record.id);
      if (await hold(record.key)) takeUp(record.code, record, row);
    }
    for (const row of rows.values()) if (await hold(row.id)) takeUp(row.code, null, row);
    for (const tray of trays) tray.settled();
    run();
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-upload] input[type=file]") && event.target.files.length) choose(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-remove]")) { event.preventDefault(); removed(event.target); }
  }, true);
  addEventListener("beforeunload", (event) => {
    if ([...trays].some((tray) => tray.busy || tray.pieces.some((piece) => piece.state === "sending" || piece.state === "waiting"))) event.preventDefault();
  });
  dress(document);
  restore();
})();
