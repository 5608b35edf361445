// What both frames share. Only the window around us, at the origin it gave when it made us, is heard or told.

const page = window.parent === window ? null : window.parent;
const pageOrigin = new URLSearchParams(location.hash.slice(1)).get('parent');

export function tell(message) {
  if (page && pageOrigin) page.postMessage(message, pageOrigin);
}

export function emit(event, details = {}) {
  tell({ event, details });
}

// Answer what the page asks by calling the function of that name.
export function answer(asks) {
  window.addEventListener('message', async ({ source, origin, data }) => {
    if (!page || source !== page || origin !== pageOrigin || !Object.hasOwn(asks, data?.ask)) return;
    tell({ reply: data.question, result: await asks[data.ask](data) });
  });
  tell({ event: 'hello' });
}

function addFields(form, fields, prefix) {
  for (const [name, value] of Object.entries(fields)) {
    const key = prefix ? `${prefix}[${name}]` : name;
    if (value === undefined || value === null || value === '') continue;
    if (typeof value === 'object') addFields(form, value, key);
    else form.append(key, value);
  }
  return form;
}

// Ask the API, as Stripe encodes it: a[b]=c.
export async function post(path, fields) {
  try {
    const body = addFields(new URLSearchParams(), fields, '');
    const response = await fetch(path, { method: 'POST', body });
    const found = await response.json();
    return found.error ? { error: found.error } : { paymentIntent: found };
  } catch {
    return {
      error: {
        type: 'api_connection_error',
        message: 'We could not reach Stripe. Please check your connection and try again.',
      },
    };
  }
}
