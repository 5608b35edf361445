// Stripe's card form on the payment page.

const source = document.querySelector('meta[name="stripe-js"]').content;
let loading = load();
// the payment form says so when it needs the script in vain
loading.catch(() => {});

function load() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.Stripe);
    script.onerror = reject;
    document.head.append(script);
  });
}

// Everything it says comes from the page: its attributes, its templates and Stripe's own message.
class StripePayment extends HTMLElement {
  async connectedCallback() {
    const { clientSecret, publishableKey, title } = this.dataset;
    document.title = title;
    this.form = this.querySelector("form");
    this.button = this.querySelector("button");
    this.status = this.querySelector("[data-part=status]");
    this.assurance = this.status.textContent;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.pay();
    });
    try {
      const Stripe = await (loading = loading.catch(load));
      if (!this.isConnected) return;
      this.stripe = Stripe(publishableKey);
      this.elements = this.stripe.elements({ clientSecret, appearance: this.appearance() });
      const { email, name } = this.dataset;
      this.element = this.elements.create("payment", { defaultValues: { billingDetails: { email, name } } });
      this.element.on("ready", () => { this.button.disabled = false; });
      this.element.on("loaderror", () => this.complain("unloaded"));
      this.element.mount(this.querySelector("[data-part=element]"));
    } catch {
      this.complain("unloaded");
    }
  }

  disconnectedCallback() {
    this.element?.destroy();
  }

  appearance() {
    const style = getComputedStyle(this.button);
    return {
      theme: matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe",
      variables: { fontFamily: style.fontFamily, borderRadius: style.borderRadius },
    };
  }

  async pay() {
    if (this.isPaying || this.button.disabled) return;
    this.work(true);
    const { error } = await this.stripe
      .confirmPayment({ elements: this.elements, confirmParams: { return_url: this.dataset.returnUrl }, redirect: "if_required" })
      .catch(() => ({ error: { type: "api_connection_error" } }));
    // paid, on its way, or settled in another window: the receipt tells which
    if (!error || error.code === "payment_intent_unexpected_state") return location.assign(this.dataset.receipt);
    this.work(false);
    this.button.textContent = this.dataset.again;
    if (error.type === "card_error" || error.code === "payment_intent_authentication_failure") this.complain("declined", error.message);
    else if (error.type === "validation_error") this.complain("invalid", error.message);
    else this.complain("unreachable");
  }

  work(isPaying) {
    this.isPaying = isPaying;
    this.form.setAttribute("aria-busy", isPaying);
    this.button.setAttribute("aria-disabled", isPaying);
    this.button.classList.toggle("working", isPaying);
    this.status.textContent = isPaying ? this.dataset.stay : this.assurance;
    if (!isPaying) return;
    this.querySelector("[data-part=trouble]").replaceChildren();
    const ring = document.createElement("span");
    ring.className = "spin";
    ring.ariaHidden = "true";
    this.button.replaceChildren(ring, this.dataset.working);
  }

  complain(kind, message) {
    const notice = this.querySelector(`[data-trouble=${kind}]`).content.cloneNode(true);
    if (message) notice.querySelector("[data-message]").textContent = message;
    const place = this.querySelector("[data-part=trouble]");
    place.replaceChildren(notice);
    place.firstElementChild.focus();
  }
}

customElements.define("stripe-payment", StripePayment);
