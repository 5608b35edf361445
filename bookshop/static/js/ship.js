// A scanner ends each number with Enter: save its row, and take the next number at once.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.name?.startsWith("tracking-") || !field.value.trim()) return;
  event.preventDefault();
  const fields = [...document.querySelectorAll(".grid [name^=tracking-]")];
  const next = fields.slice(fields.indexOf(field) + 1).find((each) => !each.value);
  (next ?? document.querySelector(".ship-go button"))?.focus();
  field.closest("tr").dispatchEvent(new Event("save"));
});
