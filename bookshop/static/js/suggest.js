// Suggestions below the search field while a shopper types, loaded when the field is first used. Whatever fails
// here leaves the form as it is: Enter always searches.
const form = document.querySelector("[data-suggest]");
await new Promise((onload, onerror) => {
  const sheet = { rel: "stylesheet", href: form.dataset.sheet, onload, onerror };
  document.head.append(Object.assign(document.createElement("link"), sheet));
});
const field = form.elements.q;
const status = document.createElement("p");
const panel = document.createElement("div");
status.className = "visually-hidden";
status.setAttribute("role", "status");
form.append(status, panel);

let waiting;
let request = new AbortController();

const show = (html) => {
  panel.innerHTML = html;
  status.textContent = panel.firstElementChild?.dataset.status ?? "";
};

// no earlier response may come after this
const stop = () => {
  clearTimeout(waiting);
  request.abort();
};

const close = () => {
  stop();
  show("");
};

const suggest = async () => {
  stop();
  const typed = field.value.trim();
  if (!typed) return close();
  request = new AbortController();
  const { signal } = request;
  try {
    const response = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q: typed })}`, { signal });
    const html = response.ok ? await response.text() : "";
    if (!signal.aborted) show(html);
  } catch {
    // what is shown belongs to an earlier text
    if (!signal.aborted) close();
  }
};

field.addEventListener("input", () => {
  stop();
  waiting = setTimeout(suggest, 150);
});

form.addEventListener("keydown", (event) => {
  const links = [...panel.querySelectorAll("a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape" && links.length) {
    event.preventDefault();
    field.focus();
    close();
  } else if (step && links.length) {
    event.preventDefault();
    const stops = [field, ...links];
    stops.at((stops.indexOf(document.activeElement) + step) % stops.length).focus();
  } else if (event.key === "ArrowDown" && event.target === field) {
    suggest();
  }
});

form.addEventListener("submit", close);
addEventListener("pagehide", close);
for (const kind of ["focusin", "pointerdown"]) {
  document.addEventListener(kind, ({ target }) => form.contains(target) || close());
}

// what was typed before this was loaded
if (field.value !== field.defaultValue) suggest();
