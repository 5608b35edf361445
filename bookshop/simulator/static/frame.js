// What both frames share. Messages go only to the parent window, at the origin that it named in our address,
// and are accepted only from there.

const page = window.parent === window ? null : window.parent;
const pageOrigin = new URLSearchParams(location.hash.slice(1)).get('parent');

export function postToPage(message) {
  if (page && pageOrigin) page.postMessage(message, pageOrigin);
}

export function emit(event, details = {}) {
  postToPage({ event, details });
}

// Let the page call these functions by name.
export function exposeToPage(functions) {
  window.addEventListener('message', async ({ source, origin, data }) => {
    if (!page || source !== page || origin !== pageOrigin || !Object.hasOwn(functions, data?.call)) return;
    postToPage({ reply: data.callId, result: await functions[data.call](data) });
  });
  postToPage({ event: 'loaded' });
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

// Send a form to the API in Stripe's encoding: a[b]=c.
export async function post(path, fields) {
  try {
    const form = addFields(new URLSearchParams(), fields, '');
    const response = await fetch(path, { method: 'POST', body: form });
    const body = await response.json();
    return body.error ? { error: body.error } : { paymentIntent: body };
  } catch {
    return {
      error: {
        type: 'api_connection_error',
        message: 'We could not reach Stripe. Please check your connection and try again.',
      },
    };
  }
}
