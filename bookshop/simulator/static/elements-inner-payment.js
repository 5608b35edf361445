import { emit, exposeToPage, post, postToPage } from './frame.js';

const form = document.querySelector('form');
const { number, expiry, cvc, country, postalCode } = form.elements;
const brandName = document.getElementById('brand');
const postal = document.getElementById('postal');
const methods = document.getElementById('methods');

const ANY_CARD = { name: '', starts: /^/, length: 16, cvc: 3, groups: [4, 4, 4, 4] };
const BRANDS = [
  { ...ANY_CARD, name: 'Visa', starts: /^4/ },
  { ...ANY_CARD, name: 'Mastercard', starts: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/ },
  { ...ANY_CARD, name: 'American Express', starts: /^3[47]/, length: 15, cvc: 4, groups: [4, 6, 5] },
  { ...ANY_CARD, name: 'Discover', starts: /^(6011|64[4-9]|65)/ },
  { ...ANY_CARD, name: 'Diners Club', starts: /^3(0[0-5]|[689])/, length: 14, groups: [4, 6, 4] },
  { ...ANY_CARD, name: 'JCB', starts: /^35/ },
  { ...ANY_CARD, name: 'UnionPay', starts: /^62/ },
];
// the simulator's own cards that leave a payment in processing; they do not pass Luhn's check
const PROCESSING_CARDS = ['4000000000007777', '4000000000007785'];
const POSTAL_LABELS = { US: 'ZIP', GB: 'Postal code', CA: 'Postal code' };
const VARIABLES = {
  colorText: '--text',
  colorTextSecondary: '--quiet',
  colorBackground: '--surface',
  colorDanger: '--danger',
  borderRadius: '--radius',
  fontFamily: '--font',
};
const SCHEMES = { stripe: 'light', flat: 'light', night: 'dark' };

const digitsOf = (text) => text.replace(/\D/g, '');
const brandOf = (digits) => BRANDS.find((brand) => brand.starts.test(digits)) ?? ANY_CARD;

function spaced(digits, groups) {
  const parts = [];
  let from = 0;
  for (const size of groups) {
    parts.push(digits.slice(from, from + size));
    from += size;
  }
  return parts.filter(Boolean).join(' ');
}

function formatNumber(text) {
  const digits = digitsOf(text);
  const brand = brandOf(digits);
  return spaced(digits.slice(0, brand.length), brand.groups);
}

function formatExpiry(text, isDeleting) {
  const whole = /^\s*(\d{1,2})\s*[/-]\s*(?:20)?(\d{2})\s*$/.exec(text);
  let digits = whole ? whole[1].padStart(2, '0') + whole[2] : digitsOf(text);
  if (!whole && (/^([2-9]|1[3-9])/.test(digits) || /^\d\s*[/-]/.test(text))) digits = `0${digits}`;
  if (/^\d\d20\d\d$/.test(digits)) digits = digits.slice(0, 2) + digits.slice(4);
  const [month, year] = [digits.slice(0, 2), digits.slice(2, 4)];
  if (year) return `${month} / ${year}`;
  return month.length === 2 && !isDeleting ? `${month} / ` : month;
}

// Format the text, and keep the caret behind the same digit.
function reformat(field, format, event) {
  const isDeleting = Boolean(event.inputType?.startsWith('delete'));
  const isAtEnd = field.selectionStart === field.value.length;
  const before = digitsOf(field.value.slice(0, field.selectionStart)).length;
  const text = format(field.value, isDeleting);
  if (text === field.value) return;
  field.value = text;
  if (isAtEnd) return;
  let caret = 0;
  for (let seen = 0; seen < before && caret < text.length; caret += 1) {
    if (/\d/.test(text[caret])) seen += 1;
  }
  field.setSelectionRange(caret, caret);
}

function isLuhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function checkNumber() {
  const digits = digitsOf(number.value);
  if (digits.length < brandOf(digits).length) return ['incomplete_number', 'Your card number is incomplete.'];
  if (isLuhn(digits) || PROCESSING_CARDS.includes(digits)) return null;
  return ['invalid_number', 'Your card number is invalid.'];
}

function checkExpiry() {
  const digits = digitsOf(expiry.value);
  const [month, year] = [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2))];
  if (digits.length < 4 || month === 0) {
    return ['incomplete_expiry', "Your card's expiration date is incomplete."];
  }
  const now = new Date();
  if (year < now.getFullYear()) {
    return ['invalid_expiry_year_past', "Your card's expiration year is in the past."];
  }
  if (year === now.getFullYear() && month < now.getMonth() + 1) {
    return ['invalid_expiry_month_past', "Your card's expiration date is in the past."];
  }
  return year > now.getFullYear() + 50
    ? ['invalid_expiry_year', "Your card's expiration year is invalid."]
    : null;
}

function checkCvc() {
  return cvc.value.length < brandOf(digitsOf(number.value)).cvc
    ? ['incomplete_cvc', "Your card's security code is incomplete."]
    : null;
}

function checkPostalCode() {
  return postal.hidden || postalCode.value.trim() ? null : ['incomplete_zip', 'Your postal code is incomplete.'];
}

const CHECKS = [
  [number, checkNumber],
  [expiry, checkExpiry],
  [cvc, checkCvc],
  [postalCode, checkPostalCode],
];

function show(field, error) {
  document.getElementById(`${field.id}-error`).textContent = error ? error[1] : '';
  if (error) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

const chosenMethod = () => form.elements.method.value;

// Let the shopper choose among the types of payment method that the PaymentIntent takes.
function offer({ types }) {
  const radios = [...form.elements.method];
  for (const radio of radios) radio.parentElement.hidden = !types.includes(radio.value);
  const offered = radios.filter((radio) => types.includes(radio.value));
  methods.hidden = offered.length < 2;
  if (offered.length && !types.includes(chosenMethod())) offered[0].checked = true;
  showMethod();
}

function showMethod() {
  form.dataset.method = chosenMethod();
}

// Show every error; return the first as Stripe's error object, or null.
function validate() {
  if (chosenMethod() !== 'card') return null;
  const found = CHECKS.map(([field, check]) => ({ field, error: check() }));
  for (const { field, error } of found) show(field, error);
  const first = found.find(({ error }) => error);
  if (!first) return null;
  first.field.focus();
  const [code, message] = first.error;
  return { type: 'validation_error', code, message };
}

let lastChange = '';

function emitChange() {
  const state = {
    type: chosenMethod(),
    empty: chosenMethod() === 'card' && !number.value && !expiry.value && !cvc.value,
    complete: chosenMethod() !== 'card' || CHECKS.every(([, check]) => !check()),
  };
  if (JSON.stringify(state) === lastChange) return;
  lastChange = JSON.stringify(state);
  const { type, ...progress } = state;
  emit('change', { ...progress, collapsed: false, value: { type } });
}

number.addEventListener('input', (event) => {
  reformat(number, formatNumber, event);
  const brand = brandOf(digitsOf(number.value));
  brandName.textContent = number.value ? brand.name : '';
  cvc.value = cvc.value.slice(0, brand.cvc);
});
expiry.addEventListener('input', (event) => reformat(expiry, formatExpiry, event));
cvc.addEventListener('input', (event) => {
  const { cvc: length } = brandOf(digitsOf(number.value));
  reformat(cvc, (text) => digitsOf(text).slice(0, length), event);
});
country.addEventListener('input', showPostal);
methods.addEventListener('change', showMethod);

function showPostal() {
  const label = POSTAL_LABELS[country.value];
  postal.hidden = !label;
  if (label) postal.querySelector('label').textContent = label;
}

for (const [field, check] of CHECKS) {
  field.addEventListener('blur', () => { if (field.value) show(field, check()); });
  field.addEventListener('input', () => { if (!check()) show(field, null); });
}
form.addEventListener('input', emitChange);
form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('focusin', ({ relatedTarget }) => { if (!relatedTarget) emit('focus'); });
form.addEventListener('focusout', ({ relatedTarget }) => { if (!relatedTarget) emit('blur'); });

function applyOptions({ appearance, options }) {
  const { style } = document.documentElement;
  style.colorScheme = SCHEMES[appearance.theme] ?? '';
  for (const [name, property] of Object.entries(VARIABLES)) {
    style.setProperty(property, appearance.variables?.[name] ?? '');
  }
  const address = options.defaultValues?.billingDetails?.address;
  if ([...country.options].some(({ value }) => value === address?.country)) country.value = address.country;
  if (address?.postal_code && !postalCode.value) postalCode.value = address.postal_code;
  showPostal();
}

function clear() {
  for (const [field] of CHECKS) {
    field.value = '';
    show(field, null);
  }
  brandName.textContent = '';
  emitChange();
}

async function confirm({ key, id, clientSecret, params, billing_details }) {
  const error = validate();
  if (error) return { error };
  const type = chosenMethod();
  return post(`/v1/payment_intents/${id}/confirm`, {
    ...params,
    key,
    client_secret: clientSecret,
    use_stripe_sdk: 'true',
    expected_payment_method_type: type,
    payment_method_data: type === 'card' ? cardData(billing_details) : { type, billing_details },
  });
}

function cardData(billing_details) {
  return {
    type: 'card',
    card: {
      number: digitsOf(number.value),
      exp_month: Number(expiry.value.slice(0, 2)),
      exp_year: 2000 + Number(expiry.value.slice(-2)),
      cvc: cvc.value,
    },
    billing_details: {
      ...billing_details,
      address: {
        ...billing_details?.address,
        country: country.value,
        postal_code: postal.hidden ? undefined : postalCode.value.trim(),
      },
    },
  };
}

const observer = new ResizeObserver(() => {
  postToPage({ event: 'height', height: Math.ceil(document.body.getBoundingClientRect().height) });
});
observer.observe(document.body);

exposeToPage({
  applyOptions,
  offer,
  chosenMethod,
  validate,
  confirm,
  clear,
  focus: () => number.focus(),
  blur: () => document.activeElement.blur(),
});
