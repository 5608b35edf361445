// The office's keyboard shortcuts, while they are on, and the field for scans, which keeps the focus.
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const BOX = 'input[type="checkbox"]';

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function currentRow() {
  return document.activeElement?.closest("[data-row]");
}

function moveTo(step) {
  const all = rows();
  const at = all.indexOf(currentRow());
  const next = all[at < 0 && step < 0 ? all.length - 1 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.querySelector("a")?.focus({ focusVisible: true });
  next?.scrollIntoView({ block: "nearest" });
}

// Choose the current row if no row is chosen, so that a letter acts on it.
function chooseCurrent(button) {
  const row = currentRow();
  const boxes = button.form?.querySelectorAll(`[data-row] ${BOX}`) ?? [];
  if (row && boxes.length && ![...boxes].some((box) => box.checked)) row.querySelector(BOX).checked = true;
}

function press(letter) {
  const name = CSS.escape(letter);
  const target = currentRow()?.querySelector(`[data-key="${name}"]`) ?? document.querySelector(`[data-key="${name}"]`);
  if (!target || target.disabled) return false;
  if (target.matches(FIELDS)) {
    target.focus();
  } else {
    chooseCurrent(target);
    // the bar of actions is hidden while no row is chosen
    if (!target.checkVisibility()) return false;
    target.click();
  }
  return true;
}

const MOVES = {
  j: () => moveTo(1),
  k: () => moveTo(-1),
  x: () => currentRow()?.querySelector(BOX)?.click(),
};
let goes = false;

function act(key) {
  if (goes) {
    goes = false;
    const room = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    room?.click();
    return Boolean(room);
  }
  if (key === "g") {
    goes = true;
    return true;
  }
  if (key === "/") {
    const field = document.querySelector("[data-scan]") ?? document.getElementById("find");
    field?.focus();
    return Boolean(field);
  }
  if (key in MOVES) {
    MOVES[key]();
    return true;
  }
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key.length !== 1) return;
  if (event.target.closest(FIELDS)) return;
  const hasShortcuts = document.body.classList.contains("has-shortcuts");
  // a scanner types: its digits go to the field wherever the focus is
  const field = document.querySelector("[data-scan]") ?? (hasShortcuts ? document.getElementById("find") : null);
  if (field && /\d/.test(event.key)) field.focus();
  else if (hasShortcuts && act(event.key)) event.preventDefault();
});

document.addEventListener("keydown", ({ key, target }) => {
  if (key === "Escape" && target.matches?.(FIELDS)) target.blur();
});

// Letters are announced only while they work.
function announce() {
  if (!document.body.classList.contains("has-shortcuts")) return;
  for (const element of document.querySelectorAll("[data-key]")) element.ariaKeyShortcuts = element.dataset.key;
}

// After a change of the page the next scan goes to the field again, unless something else has the focus.
function keepScanning() {
  const focused = document.activeElement;
  if (!focused || focused === document.body) document.querySelector("[data-scan]")?.focus();
}

announce();
document.addEventListener("htmx:after:swap", () => {
  announce();
  keepScanning();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
});

// A notice is about the last request.
document.addEventListener("htmx:before:request", () => document.getElementById("notices")?.replaceChildren());
