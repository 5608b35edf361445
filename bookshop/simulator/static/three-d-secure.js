import { exposeToPage, post } from './frame.js';

const buttons = [...document.querySelectorAll('button')];
let choose;
const chosen = new Promise((resolve) => { choose = resolve; });

for (const button of buttons) {
  button.addEventListener('click', () => {
    for (const one of buttons) one.disabled = true;
    choose(button.id);
  });
  // disabled until now: a click before this script runs would be lost
  button.disabled = false;
}

exposeToPage({
  async challenge({ key, id, clientSecret, picture }) {
    if (picture) document.querySelector('img').src = picture;
    document.querySelector('h1').focus();
    const outcome = await chosen;
    return post(`/v1/payment_intents/${id}/challenge`, { key, client_secret: clientSecret, outcome });
  },
  fail: () => choose('fail'),
});
