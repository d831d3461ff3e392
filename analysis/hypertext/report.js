/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reader gains with scripts: columns that sort, rows that are filtered, drawings that grow, anatomies that open. */
"use strict";

const ZOOM_STEP = 1.25;

function valueOf(cell) {
  const text = cell.textContent.trim();
  return text !== "" && !isNaN(text) ? Number(text) : text;
}

/* Numbers before words; an empty cell is a word. */
function compareValues(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one === "number") return -1;
  if (typeof other === "number") return 1;
  return one.localeCompare(other);
}

function sortBy(table, heading, place) {
  const direction = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row) => [valueOf(row.cells[place]), row]);
  rows.sort((one, other) => sign * compareValues(one[0], other[0]));
  body.append(...rows.map((pair) => pair[1]));
}

function makeSortable(table) {
  Array.from(table.tHead.rows[0].cells).forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => sortBy(table, heading, place));
  });
  for (const row of table.tBodies[0].rows)
    for (const cell of row.cells) if (typeof valueOf(cell) === "number") cell.classList.add("number");
}

/* Rows that hold every word of the filter stay. */
function makeFilter(table) {
  const input = document.createElement("input");
  input.type = "search";
  input.className = "filter";
  input.placeholder = "only rows with ...";
  input.setAttribute("aria-label", "only rows with these words");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
  table.parentElement.before(input);
}

function openDrawing(figure) {
  const dialog = document.createElement("dialog");
  const close = document.createElement("button");
  const drawing = figure.querySelector("svg").cloneNode(true);
  let width = 100;
  close.textContent = "close (Esc); wheel: larger, smaller";
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("wheel", (event) => {
    event.preventDefault();
    width = Math.max(50, Math.min(1000, event.deltaY < 0 ? width * ZOOM_STEP : width / ZOOM_STEP));
    drawing.style.width = `${width}%`;
  });
  drawing.style.width = `${width}%`;
  dialog.append(close, drawing);
  document.body.append(dialog);
  dialog.showModal();
}

/* The place that an address names lies in folds that may be closed. */
function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target; fold; fold = fold.parentElement) if (fold.tagName === "DETAILS") fold.open = true;
  if (target) target.scrollIntoView();
}

document.documentElement.classList.add("scripted");
for (const table of document.querySelectorAll("table.sortable")) {
  makeSortable(table);
  makeFilter(table);
}
for (const figure of document.querySelectorAll("figure.drawing")) {
  figure.addEventListener("click", () => openDrawing(figure));
  figure.addEventListener("keydown", (event) => event.key === "Enter" && openDrawing(figure));
}
addEventListener("hashchange", openTarget);
openTarget();
