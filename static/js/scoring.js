// Marks set with a thumb: steps of a half point, and the scale's anchors. Typing a mark needs none of this.
(() => {
  "use strict";
  const read = (input) => {
    const value = Number(input.value.trim().replace(",", "."));
    return input.value.trim() === "" || Number.isNaN(value) ? null : value;
  };

  const write = (input, value) => {
    const kept = Math.min(20, Math.max(0, Math.round(value * 2) / 2));
    input.value = String(kept).replace(".", ",");
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // From an empty field the first step lands in the middle of the scale.
  const step = (input, by) => write(input, read(input) === null ? 10 : read(input) + by);

  // Every whole mark, one touch away. The keyboard has the field and its arrows, and need not cross twenty buttons.
  const scale = (stepper, input) => {
    const box = stepper.parentElement.querySelector("[data-scale]");
    if (!box) return;
    const buttons = Array.from({ length: 21 }, (_, mark) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "jury-set", tabIndex: -1 });
      button.textContent = mark;
      button.addEventListener("click", () => write(input, mark));
      return button;
    });
    const show = () => buttons.forEach((button, mark) => button.setAttribute("aria-pressed", read(input) !== null && Math.floor(read(input)) === mark));
    input.addEventListener("input", show);
    input.addEventListener("change", show);
    box.append(...buttons);
    box.hidden = false;
    show();
  };

  for (const stepper of document.querySelectorAll("[data-stepper]")) {
    const input = stepper.querySelector("[data-mark]");
    for (const button of stepper.querySelectorAll("[data-step]")) {
      button.hidden = false;
      button.addEventListener("click", () => step(input, Number(button.dataset.step)));
    }
    scale(stepper, input);
    input.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 0.5, ArrowDown: -0.5 }[event.key];
      if (by) { event.preventDefault(); step(input, by); }
    });
    input.addEventListener("focus", () => input.select());
    for (const anchor of stepper.closest("fieldset").querySelectorAll("b[data-set]")) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "jury-set" });
      button.textContent = anchor.textContent;
      button.addEventListener("click", () => write(input, Number(anchor.dataset.set)));
      anchor.replaceWith(button);
    }
  }

  // A mark at the far ends of the scale wants a comment: said beside it at once, asked for at the sealing.
  for (const note of document.querySelectorAll("[data-wanted]")) {
    const fieldset = note.closest("fieldset");
    const input = fieldset.querySelector("[data-mark]");
    const bar = (text, none) => (text === "" ? none : Number(text.replace(",", ".")));
    const [below, above] = [bar(note.dataset.below, -Infinity), bar(note.dataset.above, Infinity)];
    const tell = () => {
      const value = read(input);
      note.hidden = value === null || (value >= below && value <= above);
      fieldset.querySelector("textarea").setAttribute("aria-required", String(!note.hidden));
    };
    fieldset.addEventListener("input", tell);
    fieldset.addEventListener("change", tell);
    tell();
  }

  for (const line of document.querySelectorAll("[data-marks-count]")) {
    const inputs = [...line.closest("form").querySelectorAll("[data-mark]")];
    const count = () => {
      const done = inputs.filter((input) => read(input) !== null).length;
      line.textContent = line.dataset.marksCount.replace("{done}", done).replace("{all}", inputs.length);
    };
    line.closest("form").addEventListener("input", count);
    line.closest("form").addEventListener("change", count);
    count();
  }
})();
