// Covers or rows: an address that names one is remembered on this device, any other page gets the remembered one.
// Read before the page is painted, so that nothing moves.
{
  const named = new URLSearchParams(location.search).get("view");
  try {
    const remember = () => localStorage.setItem("view", named);
    if (!named) document.documentElement.classList.toggle("rows", localStorage.getItem("view") === "rows");
    // a link under the pointer is prepared, not followed
    else if (document.prerendering) document.addEventListener("prerenderingchange", remember);
    else remember();
  } catch {
    // the browser stores nothing: the links work all the same
  }
  document.addEventListener("DOMContentLoaded", () => {
    const rows = document.documentElement.matches(".rows");
    document.querySelectorAll(".views a").forEach((link, n) => link.setAttribute("aria-current", rows === (n === 1)));
  });
}
