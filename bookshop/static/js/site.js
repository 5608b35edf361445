// The basket's count, read from a cookie so that public pages stay the same for everyone.
customElements.define("basket-badge", class extends HTMLElement {
  connectedCallback() {
    this.show = () => {
      const count = document.cookie.match(/(?:^|; )(?:__Host-)?basket-count=(\d+)/)?.[1] ?? "0";
      this.textContent = count === "0" ? "" : count;
    };
    this.show();
    document.addEventListener("htmx:after:request", this.show);
    addEventListener("pageshow", this.show);
    // a page that was prerendered may be shown after the count has changed
    document.addEventListener("prerenderingchange", this.show);
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:request", this.show);
    removeEventListener("pageshow", this.show);
    document.removeEventListener("prerenderingchange", this.show);
  }
});

// Back may restore a page as it was left, with a button that still waits for a response.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector(".htmx-request, [aria-busy=true]")) location.reload();
});

// No response: the browser is offline, or the shop did not respond in time.
document.addEventListener("htmx:error", () => {
  const notices = document.getElementById("notices");
  notices.replaceChildren(document.getElementById("offline").content.cloneNode(true));
  notices.scrollIntoView({ block: "nearest" });
});

// More books were added below: move the focus to the first of them, for keyboards and screen readers.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.select !== "#books > li") return;
  [...document.querySelectorAll("#books > [id] a")].at(-1)?.focus({ preventScroll: true });
});

// Share the address of a book: by the device's own menu, else by copying it; without either the link begins a mail.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-share]");
  if (!link || !(navigator.share || navigator.clipboard)) return;
  event.preventDefault();
  const url = document.querySelector("link[rel=canonical]").href;
  if (navigator.share) {
    // a shopper who closes the menu shares nothing
    navigator.share({ title: document.title, url }).catch(() => {});
  } else {
    // where copying is not allowed, the link begins its mail after all
    const copied = await navigator.clipboard.writeText(url).then(() => true, () => false);
    if (copied) link.nextElementSibling.textContent = link.dataset.copied;
    else location.assign(link.href);
  }
});

// Suggestions while a shopper types: loaded once the search field is used.
const search = document.querySelector("[data-suggest]");
const loadSuggestions = () => import(search.dataset.script).catch(() => {});
search?.addEventListener("focusin", loadSuggestions);
if (search?.contains(document.activeElement)) loadSuggestions();
