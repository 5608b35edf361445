// Stripe's card form on the payment page.

const source = document.querySelector('meta[name="stripe-js"]').content;
let loading = load();
// the payment form shows the error when it needs the script
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

// the shopper did not finish at the bank, the wallet or the QR code
const UNFINISHED = ["payment_intent_authentication_failure", "payment_intent_payment_attempt_expired"];

// Every text comes from the page: its attributes, its templates and Stripe's own message.
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
      this.element.on("loaderror", () => this.showError("unloaded"));
      this.element.mount(this.querySelector("[data-part=element]"));
    } catch {
      this.showError("unloaded");
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
    this.setPaying(true);
    const { error } = await this.stripe
      .confirmPayment({ elements: this.elements, confirmParams: { return_url: this.dataset.returnUrl }, redirect: "if_required" })
      .catch(() => ({ error: { type: "api_connection_error" } }));
    // paid, in progress, or finished in another window: the receipt shows which
    if (!error || error.code === "payment_intent_unexpected_state") return location.assign(this.dataset.receipt);
    this.setPaying(false);
    this.button.textContent = this.dataset.retry;
    if (error.type === "card_error") this.showError("declined", error.message);
    else if (UNFINISHED.includes(error.code)) this.showError("unfinished", error.message);
    else if (error.type === "validation_error") this.showError("invalid", error.message);
    else this.showError("unreachable");
  }

  setPaying(isPaying) {
    this.isPaying = isPaying;
    this.form.setAttribute("aria-busy", isPaying);
    this.button.setAttribute("aria-disabled", isPaying);
    this.button.classList.toggle("working", isPaying);
    this.status.textContent = isPaying ? this.dataset.keepOpen : this.assurance;
    if (!isPaying) return;
    this.querySelector("[data-part=error]").replaceChildren();
    const spinner = document.createElement("span");
    spinner.className = "spinner";
    spinner.ariaHidden = "true";
    this.button.replaceChildren(spinner, this.dataset.paying);
  }

  showError(kind, message) {
    const notice = this.querySelector(`[data-error=${kind}]`).content.cloneNode(true);
    if (message) notice.querySelector("[data-message]").textContent = message;
    const area = this.querySelector("[data-part=error]");
    area.replaceChildren(notice);
    area.firstElementChild.focus();
  }
}

customElements.define("stripe-payment", StripePayment);
