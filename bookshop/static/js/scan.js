// Sends scans one after the other. Those that are typed while a request runs wait, also through a reload.
const RETRY_MS = 5000;
let sends = false;
let count = 0;

function scanForm() {
  return document.querySelector("form:has([data-scan])");
}

function waiting() {
  return JSON.parse(sessionStorage.getItem(scanForm().dataset.target) ?? "[]");
}

function keep(scans) {
  sessionStorage.setItem(scanForm().dataset.target, JSON.stringify(scans));
}

// Post one scan and return whether the shop has dealt with it.
async function post(scan) {
  const form = scanForm();
  let status = 0;
  const note = ({ detail: { ctx } }) => {
    status = ctx.response.status;
  };
  form.addEventListener("htmx:after:request", note);
  const { target } = form.dataset;
  await htmx.ajax("POST", form.action, { source: form, target, swap: "outerMorph", values: scan });
  form.removeEventListener("htmx:after:request", note);
  if (status >= 200 && status < 400) document.getElementById("notices").replaceChildren();
  // after signing in again, or when the shop is back, the same scan is sent once more
  return status >= 200 && status < 500 && status !== 401;
}

async function send() {
  if (sends) return;
  sends = true;
  let done = true;
  while (done && waiting().length) {
    done = await post(waiting()[0]);
    if (done) keep(waiting().slice(1));
  }
  sends = false;
  if (!done) setTimeout(send, RETRY_MS);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const field = form.querySelector("[data-scan]");
  if (!field) return;
  event.preventDefault();
  if (field.value.trim()) {
    count += 1;
    const values = Object.fromEntries(new FormData(form));
    keep([...waiting(), { ...values, key: `${values.key}-${count}` }]);
    field.value = "";
  }
  field.focus();
  send();
});

send();
