// What makes a report's tables sortable, filterable and paged. Without it each shows its first page.
// Rows stay columns of plain values; what is shown is a list of row numbers, sorted and filtered.
"use strict";

const NOTHING = "–";
const SEARCH_WAIT_MS = 120;

function grouped(value, decimals) {
  const [whole, rest] = Math.abs(value).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
  return value < 0 && /[1-9]/.test(text) ? "−" + text : text;
}

function written(column, row) {
  const value = column.values[row];
  if (value === null || value === -1 && column.words) return NOTHING;
  if (column.words) return column.words[value];
  if (column.kind === "number") return grouped(value, column.decimals);
  if (column.kind === "instant") return value < 0 ? NOTHING : new Date(value).toISOString().slice(0, 16).replace("T", " ");
  return value;
}

// Texts are compared by the rank of each different one: a hundred thousand rows share few, or are sorted once.
function ranks(texts) {
  const order = Array.from(texts.keys());
  const folded = texts.map((text) => (text === null ? null : text.toLowerCase()));
  order.sort((one, other) => (folded[one] < folded[other] ? -1 : folded[one] > folded[other] ? 1 : one - other));
  const places = new Float64Array(texts.length);
  let rank = 0;
  order.forEach((at, place) => {
    if (place && folded[at] !== folded[order[place - 1]]) rank += 1;
    places[at] = texts[at] === null ? NaN : rank;
  });
  return places;
}

function sortable(column) {
  if (column.sorted) return column.sorted;
  const values = column.values;
  if (column.words) {
    const places = ranks(column.words);
    column.sorted = Float64Array.from(values, (value) => (value < 0 ? NaN : places[value]));
  } else if (column.kind === "text") {
    column.sorted = ranks(values);
  } else {
    column.sorted = Float64Array.from(values, (value) => (value === null ? NaN : value));
  }
  return column.sorted;
}

class Listing {
  constructor(section) {
    this.section = section;
    this.source = section.querySelector('script[type="application/json"]');
    this.table = section.querySelector("table.listing");
    this.status = section.querySelector(".status");
    this.pager = section.querySelector(".pager");
    this.controls = section.querySelector(".controls");
    this.first = 0;
    this.sortedBy = null;
    this.loaded = null;
    if (this.controls) this.controls.hidden = false;
    this.listen();
    const count = Number(this.table.dataset.rows);
    this.pager.hidden = count <= Number(this.table.dataset.page);
    this.enable(count, Number(this.table.dataset.page));
  }

  // The data is read when it is first asked for: a page with many tables opens at once.
  get data() {
    if (!this.loaded) {
      this.loaded = JSON.parse(this.source.textContent);
      this.order = Uint32Array.from({ length: this.loaded.rows }, (_, row) => row);
      this.shown = this.order;
    }
    return this.loaded;
  }

  listen() {
    this.table.querySelectorAll("thead th").forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => this.sort(at, head));
    });
    this.search = this.controls?.querySelector("input");
    this.choosers = Array.from(this.controls?.querySelectorAll("select") || []);
    this.search?.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.filter(), SEARCH_WAIT_MS);
    });
    this.choosers.forEach((chooser) => chooser.addEventListener("change", () => this.filter()));
    this.controls?.querySelector(".save").addEventListener("click", () => this.save());
    const pages = {
      first: () => 0,
      previous: () => this.first - this.data.page,
      next: () => this.first + this.data.page,
      last: () => Math.floor((this.shown.length - 1) / this.data.page) * this.data.page,
    };
    for (const [name, place] of Object.entries(pages)) {
      this.pager.querySelector("." + name).addEventListener("click", () => {
        const page = this.data.page;
        this.first = Math.max(0, Math.min(place(), Math.floor((this.shown.length - 1) / page) * page));
        this.show();
      });
    }
  }

  // Numbers and instants begin with the largest: who sorts by score looks for the best. The third press undoes.
  sort(at, head) {
    const column = this.data.columns[at];
    const begin = column.kind === "text" ? "ascending" : "descending";
    const other = begin === "ascending" ? "descending" : "ascending";
    const way = { [begin]: other, [other]: null }[head.getAttribute("aria-sort")];
    this.table.querySelectorAll("th[aria-sort]").forEach((one) => one.removeAttribute("aria-sort"));
    const next = way === undefined ? begin : way;
    if (next) head.setAttribute("aria-sort", next);
    this.sortedBy = next ? { at, sign: next === "ascending" ? 1 : -1 } : null;
    this.order = Uint32Array.from({ length: this.data.rows }, (_, row) => row);
    if (this.sortedBy) {
      const places = sortable(column);
      const sign = this.sortedBy.sign;
      this.order.sort((one, two) => {
        const [a, b] = [places[one], places[two]];
        if (a === b) return one - two;
        if (a !== a || b !== b) return a === a ? -1 : b === b ? 1 : one - two;
        return a < b ? -sign : sign;
      });
    }
    this.filter();
  }

  filter() {
    const columns = this.data.columns;
    const wanted = (this.search?.value || "").trim().toLowerCase();
    const tests = [];
    this.choosers.forEach((chooser) => {
      if (chooser.value === "") return;
      const values = columns[Number(chooser.dataset.column)].values;
      const word = Number(chooser.value);
      tests.push((row) => values[row] === word);
    });
    if (wanted) {
      const finders = columns.filter((column) => column.kind === "text").map((column) => {
        if (!column.folded) column.folded = (column.words || column.values).map((text) => (text || "").toLowerCase());
        if (!column.words) return (row) => column.folded[row].includes(wanted);
        const hits = column.folded.map((text) => text.includes(wanted));
        return (row) => hits[column.values[row]] === true;
      });
      tests.push((row) => finders.some((finds) => finds(row)));
    }
    this.shown = tests.length ? this.order.filter((row) => tests.every((test) => test(row))) : this.order;
    this.first = 0;
    this.show();
  }

  show() {
    const { columns, page, rows, name } = this.data;
    const body = document.createElement("tbody");
    for (const row of this.shown.subarray(this.first, this.first + page)) {
      const line = body.insertRow();
      for (const column of columns) {
        const cell = line.insertCell();
        cell.className = column.look;
        cell.textContent = written(column, row);
      }
    }
    this.table.tBodies[0].replaceWith(body);
    const found = this.shown.length;
    const all = `${grouped(rows, 0)} ${name}`;
    const which = found === rows ? all : `${grouped(found, 0)} found, of ${all}`;
    const last = Math.min(this.first + page, found);
    const range = found > page ? `${grouped(this.first + 1, 0)}–${grouped(last, 0)} of ` : "";
    this.status.textContent = found ? range + which : `None of ${all} fits.`;
    this.enable(found, page);
  }

  enable(found, page) {
    const ends = { first: this.first === 0, previous: this.first === 0 };
    ends.next = ends.last = this.first + page >= found;
    for (const [name, is] of Object.entries(ends)) this.pager.querySelector("." + name).disabled = is;
  }

  // All rows that are shown now, on every page of the table. A text that a spreadsheet would take for a formula gets an
  // apostrophe before it: leads choose their ids.
  save() {
    const columns = this.data.columns;
    const quoted = (text) => '"' + String(text).replace(/"/g, '""') + '"';
    const plain = (column, row) => {
      const value = column.values[row];
      if (value === null || (column.words && value === -1)) return "";
      if (column.kind === "number") return String(value);
      if (column.kind === "instant") return new Date(value).toISOString();
      const text = written(column, row);
      return quoted(/^[=+\-@\t\r]/.test(text) ? "'" + text : text);
    };
    const lines = [columns.map((column) => quoted(column.head)).join(",")];
    for (const row of this.shown) lines.push(columns.map((column) => plain(column, row)).join(","));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" }));
    link.download = this.data.name.replace(/[^a-z0-9]+/gi, "-") + ".csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }
}

document.querySelectorAll("section.table").forEach((section) => new Listing(section));
