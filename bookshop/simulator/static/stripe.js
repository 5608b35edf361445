// A stand-in for Stripe.js v10 "endive". It uses the simulator that served it; no money moves.
'use strict';

(() => {
  const origin = new URL(document.currentScript.src).origin;
  const FRAME_GRACE_MS = 3000;
  const FRAME_LIMIT_MS = 20000;
  const PAID = { succeeded: 'succeeded', requires_capture: 'succeeded', processing: 'processing' };

  function integrationError(message) {
    return Object.assign(new Error(message), { name: 'IntegrationError' });
  }

  function unreachable() {
    return {
      type: 'api_connection_error',
      message: 'We could not reach Stripe. Please check your connection and try again.',
    };
  }

  function notMounted() {
    return integrationError(
      'We could not retrieve data from the specified Element. '
      + 'Please make sure the Element you are attempting to use is still mounted.',
    );
  }

  // A document of the simulator in an iframe. Messages go only to that window, at that origin, and are
  // accepted only from there.
  class Frame {
    #calls = new Map();
    #count = 0;
    #onMessage = (event) => this.#receive(event);

    constructor({ page, title, name, onEvent }) {
      this.iframe = document.createElement('iframe');
      this.iframe.title = title;
      if (name) this.iframe.name = name;
      this.iframe.allow = 'payment *';
      this.iframe.src = `${origin}/${page}#${new URLSearchParams({ parent: location.origin })}`;
      Object.assign(this.iframe.style, { border: '0', display: 'block', width: '100%', colorScheme: 'inherit' });
      this.onEvent = onEvent;
      this.loaded = new Promise((resolve, reject) => {
        this.setLoaded = resolve;
        this.fail = reject;
      });
      // without this, the failure of a frame that is not awaited would be an unhandled rejection
      this.loaded.catch(() => {});
      // browsers fire "load" for their own error page too, so only the frame's own message counts
      this.iframe.addEventListener('load', () => this.#failAfter(FRAME_GRACE_MS));
      this.#failAfter(FRAME_LIMIT_MS);
      window.addEventListener('message', this.#onMessage);
    }

    #failAfter(milliseconds) {
      setTimeout(() => this.fail(unreachable()), milliseconds);
    }

    async call(name, details = {}) {
      await this.loaded;
      const target = this.iframe.contentWindow;
      if (!target) throw notMounted();
      const id = ++this.#count;
      return new Promise((resolve, reject) => {
        this.#calls.set(id, { resolve, reject });
        target.postMessage({ ...details, call: name, callId: id }, origin);
      });
    }

    #receive({ source, origin: from, data }) {
      if (from !== origin || !source || source !== this.iframe.contentWindow) return;
      if (data.event === 'loaded') this.setLoaded();
      else if (data.event === 'height') this.iframe.style.height = `${data.height}px`;
      else if (data.event) this.onEvent?.(data.event, data.details);
      else if (this.#calls.has(data.reply)) {
        this.#calls.get(data.reply).resolve(data.result);
        this.#calls.delete(data.reply);
      }
    }

    remove() {
      window.removeEventListener('message', this.#onMessage);
      this.iframe.remove();
      this.fail(notMounted());
      for (const { reject } of this.#calls.values()) reject(notMounted());
      this.#calls.clear();
    }
  }

  function secretParts(clientSecret, caller) {
    const found = /^(pi_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+$/.exec(clientSecret ?? '');
    if (!found) {
      throw integrationError(
        `Invalid value for ${caller}: clientSecret should be a client secret of the form `
        + `\${id}_secret_\${secret}. You specified: ${clientSecret}.`,
      );
    }
    return { id: found[1], clientSecret };
  }

  async function retrieve(key, { id, clientSecret }) {
    try {
      const query = new URLSearchParams({ key, client_secret: clientSecret });
      const answer = await fetch(`${origin}/v1/payment_intents/${id}?${query}`, { credentials: 'omit' });
      const body = await answer.json();
      return body.error ? { error: body.error } : { paymentIntent: body };
    } catch {
      return { error: unreachable() };
    }
  }

  // Turn a response of the API into a result of Stripe.js.
  function toResult({ paymentIntent, error }) {
    if (error) return { error };
    const failure = paymentIntent.last_payment_error;
    if (paymentIntent.status !== 'requires_payment_method' || !failure) return { paymentIntent };
    const reported = { ...failure, payment_intent: paymentIntent };
    if (failure.code === 'payment_intent_authentication_failure') {
      reported.type = 'invalid_request_error';
      reported.message = 'We are unable to authenticate your payment method. '
        + 'Please choose a different payment method and try again.';
    } else if (failure.code === 'payment_intent_payment_attempt_expired') {
      reported.message = 'The QR code has expired, or was closed before it was scanned.';
    }
    return { error: reported };
  }

  const CHALLENGE = { page: 'three-d-secure.html', title: '3D Secure challenge', height: '20rem' };
  const QR_CODE = { page: 'qr-code.html', title: 'QR code', height: '34rem' };

  // Show the bank's page over the shop's page until the shopper has chosen or closed it.
  async function challenge(key, { id, clientSecret }, { page, title, height }, picture) {
    const focused = document.activeElement;
    const dialog = document.createElement('dialog');
    dialog.setAttribute('aria-label', title);
    Object.assign(dialog.style, {
      position: 'fixed', inset: '0', width: '100vw', height: '100vh', maxWidth: 'none', maxHeight: 'none',
      margin: '0', padding: '0', border: '0', overflow: 'auto', background: 'rgb(0 0 0 / 0.6)', zIndex: '2147483647',
    });
    const frame = new Frame({ page, title });
    Object.assign(frame.iframe.style, {
      width: 'min(30rem, calc(100% - 2rem))', height: `min(${height}, 96vh)`, margin: '2vh auto', borderRadius: '8px',
    });
    dialog.append(frame.iframe);
    document.body.append(dialog);
    dialog.showModal();
    frame.iframe.focus();
    // a challenge that is closed has failed
    dialog.addEventListener('close', () => frame.call('fail').catch(() => {}));
    try {
      return await frame.call('challenge', { key, id, clientSecret, picture });
    } catch (error) {
      return { error };
    } finally {
      frame.remove();
      dialog.remove();
      focused?.focus?.();
    }
  }

  async function finish(key, secret, answer) {
    const action = answer.paymentIntent?.status === 'requires_action' && answer.paymentIntent.next_action;
    if (action?.type === 'use_stripe_sdk') return toResult(await challenge(key, secret, CHALLENGE));
    if (action?.type === 'paynow_display_qr_code') {
      return toResult(await challenge(key, secret, QR_CODE, action.paynow_display_qr_code.image_url_svg));
    }
    if (action?.type === 'redirect_to_url') return leave(action.redirect_to_url.url);
    return toResult(answer);
  }

  function leave(url) {
    location.assign(url);
    return new Promise(() => {});
  }

  class PaymentElement {
    #elements;
    #options;
    #frame = null;
    #isDestroyed = false;
    #listeners = [];

    constructor(elements, options) {
      this.#elements = elements;
      this.#options = options;
    }

    mount(target) {
      if (this.#isDestroyed) {
        throw integrationError('This Element has already been destroyed. Please create a new one.');
      }
      const container = typeof target === 'string' ? document.querySelector(target) : target;
      if (!(container instanceof Element)) {
        throw integrationError(
          `The selector you specified (${target}) applies to no DOM elements that are currently on the page.`,
        );
      }
      this.unmount();
      const frame = new Frame({
        page: 'elements-inner-payment.html',
        title: 'Secure payment input frame',
        name: `__privateStripeFrame${Math.floor(1000 + Math.random() * 9000)}`,
        onEvent: (name, details) => this.#emit(name, details),
      });
      this.#frame = frame;
      container.replaceChildren(frame.iframe);
      this.#load(frame);
    }

    async #load(frame) {
      try {
        const [{ error, paymentIntent }] = await Promise.all([this.#elements.load(), this.applyOptions(frame)]);
        if (error) throw error;
        await frame.call('offer', { types: paymentIntent?.payment_method_types ?? ['card'] });
        if (frame === this.#frame) this.#emit('ready');
      } catch (error) {
        if (frame === this.#frame) this.#emit('loaderror', { error });
      }
    }

    // Send the frame its appearance and default values.
    applyOptions(frame = this.#frame) {
      const details = { appearance: this.#elements.appearance, options: this.#options };
      return frame?.call('applyOptions', JSON.parse(JSON.stringify(details)));
    }

    unmount() {
      this.#frame?.remove();
      this.#frame = null;
    }

    destroy() {
      this.unmount();
      this.#isDestroyed = true;
      this.#listeners = [];
      this.#elements.forget(this);
    }

    async call(name, details) {
      if (!this.#frame?.iframe.isConnected) throw notMounted();
      return this.#frame.call(name, details);
    }

    focus() {
      this.#frame?.iframe.focus();
      this.#callIgnoringErrors('focus');
    }

    blur() {
      this.#callIgnoringErrors('blur');
    }

    clear() {
      this.#callIgnoringErrors('clear');
    }

    update(options) {
      this.#options = { ...this.#options, ...options };
      this.applyOptions()?.catch(() => {});
    }

    #callIgnoringErrors(name) {
      this.call(name).catch(() => {});
    }

    on(name, handler) {
      this.#listeners.push({ name, handler });
      return this;
    }

    once(name, handler) {
      this.#listeners.push({ name, handler, isOnce: true });
      return this;
    }

    off(name, handler) {
      this.#listeners = this.#listeners.filter(
        (one) => one.name !== name || (handler !== undefined && one.handler !== handler),
      );
      return this;
    }

    #emit(name, details = {}) {
      const called = this.#listeners.filter((one) => one.name === name);
      this.#listeners = this.#listeners.filter((one) => !(one.name === name && one.isOnce));
      for (const { handler } of called) {
        try {
          handler({ elementType: 'payment', ...details });
        } catch (error) {
          reportError(error);
        }
      }
    }
  }

  // the client secret of each elements object, for confirmPayment only
  const secrets = new WeakMap();

  function createElements(key, options) {
    const secret = options.clientSecret === undefined
      ? null
      : secretParts(options.clientSecret, 'elements()');
    if (!secret && !options.mode) throw integrationError('elements() needs a clientSecret or a mode.');
    let payment = null;
    const internals = {
      appearance: options.appearance ?? {},
      load: async () => (secret ? retrieve(key, secret) : {}),
      forget: (element) => { if (element === payment) payment = null; },
    };

    const elements = {
      create(type, elementOptions = {}) {
        if (type !== 'payment') throw integrationError(`The simulator has no Element of type ${type}.`);
        if (payment) throw integrationError('Can only create one Element of type payment.');
        payment = new PaymentElement(internals, elementOptions);
        return payment;
      },
      getElement: (type) => (type === 'payment' ? payment : null),
      async update(changes) {
        internals.appearance = changes.appearance ?? internals.appearance;
        await payment?.applyOptions();
      },
      async fetchUpdates() {
        const { error } = await internals.load();
        return error ? { error } : {};
      },
      async submit() {
        if (!payment) throw notMounted();
        const error = await payment.call('validate');
        return error ? { error } : { selectedPaymentMethod: await payment.call('chosenMethod') };
      },
    };
    secrets.set(elements, secret);
    return elements;
  }

  function Stripe(key) {
    if (!/^pk_test_/.test(key ?? '')) {
      throw integrationError(
        'The Stripe simulator accepts publishable test keys (pk_test_…) only.',
      );
    }

    return {
      elements: (options = {}) => createElements(key, options),

      async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = 'always' }) {
        const payment = elements?.getElement('payment');
        if (!payment) throw notMounted();
        const secret = clientSecret === undefined && secrets.get(elements)
          ? secrets.get(elements)
          : secretParts(clientSecret, 'confirmPayment()');
        if (redirect !== 'if_required' && !URL.canParse(confirmParams.return_url)) {
          throw integrationError('confirmPayment() needs an absolute confirmParams.return_url.');
        }
        const { return_url, receipt_email, shipping } = confirmParams;
        const billing_details = confirmParams.payment_method_data?.billing_details;
        let answer;
        try {
          answer = await payment.call('confirm', {
            key, ...secret, params: { return_url, receipt_email, shipping }, billing_details,
          });
        } catch (error) {
          if (error instanceof Error) throw error;
          return { error };
        }
        const result = await finish(key, secret, answer);
        const status = PAID[result.paymentIntent?.status];
        if (redirect === 'if_required' || !status) return result;
        const url = new URL(confirmParams.return_url);
        url.searchParams.set('payment_intent', secret.id);
        url.searchParams.set('payment_intent_client_secret', secret.clientSecret);
        url.searchParams.set('redirect_status', status);
        return leave(url);
      },

      retrievePaymentIntent: async (clientSecret) => (
        retrieve(key, secretParts(clientSecret, 'retrievePaymentIntent()'))
      ),

      async handleNextAction({ clientSecret }) {
        const secret = secretParts(clientSecret, 'handleNextAction()');
        const answer = await retrieve(key, secret);
        if (answer.error) return answer;
        if (answer.paymentIntent.status !== 'requires_action') {
          throw integrationError('handleNextAction(): the PaymentIntent is not in the requires_action state.');
        }
        return finish(key, secret, answer);
      },

      registerAppInfo() {},
    };
  }

  Stripe.version = 'endive';
  window.Stripe = Stripe;
})();
