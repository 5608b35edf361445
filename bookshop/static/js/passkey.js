// A form that sends what a passkey has signed, or a new passkey. Its texts are attributes of the page.
// passkeys belong to names, never to such hosts
const IP_ADDRESS = /^[\d.]+$|^\[/;
const RENEW_MS = 4 * 60 * 1000;

class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    // there are none on http either, except on this machine
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON || IP_ADDRESS.test(location.hostname)) return;
    this.form.hidden = false;
    this.querySelector("[data-without]")?.remove();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    if (this.dataset.offer) this.offer();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.waiting?.abort();
  }

  // The browser offers passkeys in the field for the name; what they sign is valid for some minutes.
  async offer() {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || !this.isConnected) return;
    this.timer = setTimeout(() => this.offer(), RENEW_MS);
    this.ask({ mediation: "conditional" });
  }

  async ask(more = {}) {
    this.waiting?.abort();
    const { signal } = (this.waiting = new AbortController());
    try {
      const credential = await this.request({ ...more, signal });
      clearTimeout(this.timer);
      this.form.querySelector("[data-credential]").value = JSON.stringify(credential);
      this.form.submit();
    } catch (error) {
      if (!signal.aborted && !more.mediation) this.showProblem(error.name);
    }
  }

  async request(more) {
    const response = await fetch(this.dataset.options, { signal: more.signal, redirect: "error" });
    if (!response.ok) throw new Error(response.status);
    const options = await response.json();
    if (this.dataset.creates) {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options), ...more });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), ...more });
  }

  showProblem(name) {
    const { cancelled, known, failed } = this.dataset;
    const text = { NotAllowedError: cancelled, InvalidStateError: known }[name] ?? failed;
    this.querySelector("[data-problem]").textContent = text;
  }
}

customElements.define("passkey-form", PasskeyForm);
