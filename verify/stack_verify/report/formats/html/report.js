"use strict";
const form = document.getElementById("filter"), shown = document.getElementById("shown");
const controls = [...document.querySelectorAll("details.control")].map(element => ({
  element, open: element.open,
  head: (element.querySelector("summary").textContent + " " + (element.dataset.type || "")).toLowerCase(),
  specifications: element.dataset.specifications.split(" "),
  rows: [...element.querySelectorAll("tbody tr")].map(row => ({
    row, text: (row.cells[1].textContent + " " + row.cells[2].textContent).toLowerCase(), status: row.cells[0].textContent,
    type: element.dataset.type || row.querySelector("i").textContent,
  })),
}));
function apply() {
  const chosen = new FormData(form), q = chosen.get("q").trim().toLowerCase(), statuses = chosen.getAll("status");
  const severity = chosen.get("severity"), specification = chosen.get("specification"), type = chosen.get("type");
  const filtering = Boolean(q || severity || specification || type || statuses.length);
  let count = 0;
  for (const each of controls) {
    const fits = (!severity || each.element.dataset.severity === severity)
      && (!specification || each.specifications.includes(specification));
    let visible = 0;
    for (const {row, text, status, type: of} of each.rows) {
      row.hidden = !(fits && (!q || text.includes(q) || each.head.includes(q)) && (!type || of === type)
        && (!statuses.length || statuses.includes(status)));
      visible += !row.hidden;
    }
    each.element.hidden = !visible;
    each.element.open = filtering ? visible <= 20 : each.open;
    count += visible;
  }
  shown.textContent = count + (count === 1 ? " finding." : " findings.");
}
function remember() {
  const kept = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
  try { history.replaceState(null, "", (kept ? "?" + kept : location.pathname) + location.hash); } catch { /* a page without an address */ }
}
for (const [name, value] of new URLSearchParams(location.search)) {
  if (name === "status") for (const box of form.elements.status) box.checked ||= box.value === value;
  else if (form.elements[name]) form.elements[name].value = value;
}
form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("input", () => { apply(); remember(); });
form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
function follow() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const around = target && target.closest("details");
  if (around) { around.hidden = false; around.open = true; target.scrollIntoView(); }
}
addEventListener("hashchange", follow);
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach(each => { each.open = true; });
});
addEventListener("afterprint", () => closed.forEach(each => { each.open = false; }));
if (location.search) apply();
follow();
