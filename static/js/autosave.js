// Saves each change of a form marked data-autosave, says so, and loses nothing when the line is cut.
// The contract with the server stands in docs/design.md.
(() => {
  "use strict";

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosave || location.pathname;
      this.key = `autosave:${form.dataset.autosaveKey || this.url}`;
      this.line = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
      this.pending = new Map(); // field name -> values, in the order of the last change
      this.base = new Map(); // field name -> what the server had when the page was made
      this.held = new Map(); // name -> what the form came back with, which nobody knows to be saved
      this.refused = new Map(); // name -> the values that the server did not take
      this.whole = "autosaveWhole" in form.dataset; // rows make sense together: every field is sent
      this.unsure = new Map(Object.entries(this.record("unsure"))); // alias -> what was sent and not answered
      this.sending = false;
      this.stopped = false;
      this.delay = 2000;
      for (const name of this.names()) this.base.set(name, JSON.stringify(this.values(name)));
      this.listen();
      this.restore();
      if ("autosaveHeld" in form.dataset) this.hold();
    }

    names() {
      const fields = [...this.form.elements].filter((e) => this.watched(e));
      return new Set(fields.map((e) => e.name));
    }

    watched(element) {
      return element.name && element.name !== "csrfmiddlewaretoken"
        && !["file", "password", "submit", "button", "hidden"].includes(element.type);
    }

    // A name that a row keeps when it changes its place: its key's, which the page carries.
    alias(name) {
      const [, row, field] = name.match(/^(.+-\d+)-([a-z_]+)$/) || [];
      const key = row && this.form.elements[`${row}-key`];
      return key ? `${key.value}.${field}` : name;
    }

    // What a hidden field tells: seen (the marks of what the page showed), unsure (words sent, perhaps received).
    record(name) {
      try { return JSON.parse(this.form.elements[name]?.value || "{}"); } catch { return {}; }
    }

    write(name, record) {
      if (this.form.elements[name]) this.form.elements[name].value = JSON.stringify(record);
    }

    doubt(batch) {
      for (const [name, values] of batch) {
        const sent = [this.unsure.get(this.alias(name)) || []].flat();
        this.unsure.set(this.alias(name), [...new Set([...sent, values[0]])].slice(-9));
      }
      this.write("unsure", Object.fromEntries(this.unsure));
      this.keep();
    }

    controls(name) {
      return [...this.form.elements].filter((e) => e.name === name);
    }

    values(name) {
      const all = new FormData(this.form).getAll(name);
      return all.length ? all : [""]; // an unticked box is sent as an empty value
    }

    listen() {
      this.form.addEventListener("input", (event) => this.changed(event.target, 1200));
      this.form.addEventListener("change", (event) => this.changed(event.target, 0));
      this.form.addEventListener("submit", (event) => this.submitted(event.submitter));
      window.addEventListener("online", () => this.send());
      document.addEventListener("visibilitychange", () => this.send());
      window.addEventListener("beforeunload", (event) => { if (this.pending.size && !this.leaving) event.preventDefault(); });
    }

    // The button carries every field itself. A save may still be on its way: its words are not another's.
    submitted(button) {
      this.leaving = true;
      if (this.form.elements.csrfmiddlewaretoken) this.form.elements.csrfmiddlewaretoken.value = this.token();
      if (this.sending) this.doubt(this.batch);
      if (button?.name !== "choice" || !button.value.startsWith("theirs ")) return;
      const { conflict } = button.closest("[data-conflict]").dataset;
      for (const words of [this.held, this.pending, this.refused]) words.delete(conflict);
      this.keep();
    }

    changed(element, wait) {
      if (!this.watched(element)) return;
      this.pending.delete(element.name);
      this.pending.set(element.name, this.values(element.name));
      this.keep();
      if (!this.stopped && navigator.onLine) this.tell("pending");
      this.soon(wait);
    }

    // Who types without a pause is saved all the same, every few seconds.
    soon(wait) {
      this.since ??= Date.now();
      this.later(Math.min(wait, Math.max(0, 5000 - (Date.now() - this.since))));
    }

    later(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), wait);
    }

    async send() {
      if (this.sending || this.stopped || !this.pending.size) return;
      this.sending = true;
      this.since = undefined;
      const batch = this.batch = new Map(this.pending);
      this.tell("saving");
      try {
        await this.answered(await this.post(batch), batch);
      } catch {
        this.doubt(batch);
        this.retry();
      }
      this.sending = false;
      if (this.again) { this.again = false; this.later(0); }
    }

    post(batch) {
      const body = new URLSearchParams();
      const sent = this.whole ? [...this.names()].map((name) => [name, this.values(name)]) : batch;
      for (const [name, values] of sent) for (const value of values) body.append(name, value);
      for (const e of this.form.querySelectorAll("input[type=hidden]")) if (e.name !== "csrfmiddlewaretoken") body.append(e.name, e.value);
      return fetch(this.url, {
        method: "POST", body, redirect: "manual", credentials: "same-origin",
        headers: {
          Accept: "application/json", "X-Autosave": "1",
          "X-CSRFToken": this.token(),
        },
      });
    }

    // The cookie's token: the form's own is stale once its reader has signed in again elsewhere.
    token() {
      return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? this.form.elements.csrfmiddlewaretoken?.value ?? "";
    }

    async answered(response, batch) {
      if (response.type === "opaqueredirect" || response.status === 401) return this.wait("expired");
      if (response.status >= 500 || response.status === 429) { this.doubt(batch); return this.retry(); }
      const answer = await response.json().catch(() => ({}));
      if (response.status === 403 && !answer.message) return this.wait("expired");
      if (!response.ok && response.status !== 422) return this.stop(answer.message);
      this.form.dispatchEvent(new CustomEvent("autosave:answer", { detail: answer }));
      const errors = answer.errors || {};
      const saved = response.ok || answer.saved_at || Object.keys(errors).length;
      this.settle(batch, errors, saved);
      this.delay = 2000;
      for (const name of this.whole ? this.names() : batch.keys()) {
        this.mark(name, errors[name]);
        this.versions(name, answer.conflicts?.[name]);
      }
      this.write("seen", { ...this.record("seen"), ...answer.seen });
      this.keep();
      if (this.refused.size || !response.ok) this.tell("refused", answer.message || [errors.__all__ || []].flat().join(" "));
      else if (this.pending.size) this.again = true;
      else this.tell("saved", null, this.time(answer.saved_at));
    }

    settle(batch, errors, saved) {
      for (const [name, values] of batch) {
        if (JSON.stringify(this.pending.get(name)) === JSON.stringify(values)) this.pending.delete(name);
        else this.again = true;
        if (!saved || errors[name]) { this.refused.set(name, values); continue; }
        this.refused.delete(name);
        this.held.delete(name);
        this.unsure.delete(this.alias(name));
        this.base.set(name, JSON.stringify(values));
      }
      this.write("unsure", Object.fromEntries(this.unsure));
    }

    retry() {
      this.tell("offline");
      this.later(this.delay);
      this.delay = Math.min(this.delay * 2, 30000);
    }

    wait(state) {
      this.tell(state);
      this.later(15000);
    }

    stop(message) {
      this.stopped = true;
      this.tell("stopped", message);
    }

    mark(name, messages) {
      if (messages && !this.refused.has(name)) this.refused.set(name, this.values(name));
      if (!messages) this.form.querySelector(`[data-conflict="${name}"]`)?.remove();
      for (const control of this.controls(name)) {
        const id = `autosave-error-${name}`;
        const described = new Set((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
        for (const old of [id, `${control.id}_error`]) { // ours, and the one that the page was drawn with
          document.getElementById(old)?.remove();
          described.delete(old);
        }
        if (messages) described.add(id);
        if (described.size) control.setAttribute("aria-describedby", [...described].join(" "));
        else control.removeAttribute("aria-describedby");
        if (!messages) { control.removeAttribute("aria-invalid"); control.classList.remove("is-invalid"); continue; }
        control.setAttribute("aria-invalid", "true");
        const note = Object.assign(document.createElement("p"), { id, className: "pmp-field-error" });
        note.textContent = [messages].flat().join(" ");
        control.insertAdjacentElement("afterend", note);
      }
    }

    // Where another page saved other words meanwhile: both, and the buttons that choose.
    versions(name, fragment) {
      this.form.querySelector(`[data-conflict="${name}"]`)?.remove();
      const [control] = this.controls(name);
      if (fragment) (control.closest("[id^=div_]") || control).insertAdjacentHTML("afterend", fragment);
    }

    tell(state, message = null, time = "") {
      if (!this.line) return;
      this.line.dataset.state = state;
      this.line.textContent = message || (this.line.dataset[state] || "").replace("{time}", time);
    }

    time(value) {
      const moment = value ? new Date(value) : new Date(NaN);
      if (Number.isNaN(moment.getTime())) return value || "";
      const timeZone = document.documentElement.dataset.zone || "Africa/Casablanca";
      const parts = new Intl.DateTimeFormat("fr", { timeZone, hour: "numeric", minute: "2-digit", hour12: false }).formatToParts(moment);
      const part = (type) => parts.find((p) => p.type === type).value;
      return `${Number(part("hour"))}\u00a0h\u00a0${part("minute")}`;
    }

    // A copy on this device, only of what the server has not yet acknowledged.
    keep() {
      try {
        const held = new Map([...this.held, ...this.refused, ...this.pending]);
        if (!held.size) return localStorage.removeItem(this.key);
        const seen = this.record("seen");
        const kept = [...held].map(([name, values]) => {
          const alias = this.alias(name);
          return [alias, values, this.base.get(name), seen[alias] ?? "", this.unsure.get(alias) ?? []];
        });
        localStorage.setItem(this.key, JSON.stringify(kept));
      } catch { /* private browsing: the page itself still holds everything */ }
    }

    hold() {
      for (const name of this.names()) this.held.set(name, this.values(name));
      this.keep();
    }

    restore() {
      let kept = [];
      try { kept = JSON.parse(localStorage.getItem(this.key) || "[]"); } catch { return; }
      for (const [alias, ...held] of kept) {
        const name = this.place(alias);
        if (name && this.base.get(name) !== JSON.stringify(held[0])) this.putBack(name, ...held);
      }
      this.keep();
      if (this.pending.size) { this.tell("restored"); this.later(500); }
    }

    // A row that the server never heard of takes the place of an empty one.
    place(alias) {
      const found = [...this.base.keys()].find((name) => this.alias(name) === alias);
      const [key, field] = alias.split(".");
      if (found || !field) return found;
      const rows = [...this.form.elements].filter((e) => e.name.endsWith("-key"));
      const fields = (row) => [...this.base.keys()].filter((name) => name.startsWith(row.name.slice(0, -3)));
      const empty = rows.find((row) => fields(row).every((name) => this.base.get(name) === '[""]' && !this.pending.has(name)));
      if (!empty) return;
      empty.value = key;
      return `${empty.name.slice(0, -3)}${field}`;
    }

    putBack(name, values, base, seen, unsure) {
      if (this.base.get(name) !== base && !this.form.elements.seen) { // changed elsewhere meanwhile: show it, decide nothing
        this.mark(name, `${this.line?.dataset.conflict || ""} ${values.join(", ")}`);
        this.refused.delete(name);
        return;
      }
      // The server compares what was typed with what its page had shown, not with what this one shows.
      const alias = this.alias(name);
      this.write("seen", { ...this.record("seen"), [alias]: seen });
      if (unsure?.length) this.unsure.set(alias, unsure);
      this.write("unsure", Object.fromEntries(this.unsure));
      for (const control of this.controls(name)) {
        if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
        else control.value = values[0];
      }
      this.pending.set(name, values);
      this.controls(name)[0].dispatchEvent(new Event("input", { bubbles: true })); // the page counts it as typed
    }
  }

  const start = (root) => {
    for (const form of root.querySelectorAll("form[data-autosave]")) {
      if (!form.dataset.autosaveOn) { form.dataset.autosaveOn = "1"; new Autosave(form); }
    }
  };
  // What its page's button has saved is no more owed; what another person left on this device is not this one's.
  const forget = (gone) => {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith("autosave:") && gone(key.slice(9))) localStorage.removeItem(key);
    } catch { /* no storage, nothing to forget */ }
  };
  const person = document.querySelector("form[data-autosave-key]")?.dataset.autosaveKey.match(/[0-9a-f-]{36}$/)?.[0];
  if (person) forget((key) => !key.endsWith(person));
  for (const line of document.querySelectorAll("[data-autosave-done]")) forget((key) => key === line.dataset.autosaveDone);
  start(document);
  document.addEventListener("htmx:afterSwap", (event) => start(event.target.parentElement || document));
})();
