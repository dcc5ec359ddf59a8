"use strict";
// The page's own script: tables that sort, filter and turn pages; pictures that are drawn when they come into view.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const inOrder = new Intl.Collator("en", { numeric: true }).compare;
  const SIZES = [25, 100, 500];
  const EAGER = 4;
  const PRINTED = 500; // rows of a table on paper, some ten sheets

  function make(tag, attributes = {}, text = "") {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text; // an id is never more than text
    return element;
  }

  const count = (n) => n.toLocaleString("en-US");

  function show(column, row) {
    const value = column.values[row];
    if (value === null) return "–";
    if (column.shown) return column.shown[row];
    if (column.place !== "number") return value;
    // One format for a column: to make one for each cell takes a second for ten thousand rows.
    const { digits } = column;
    column.format ??= new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return column.format.format(value) + (column.kind === "share" ? "%" : "");
  }

  class Sheet {
    constructor(element, columns) {
      this.element = element;
      this.columns = columns;
      this.links = Number(element.dataset.links || 0);
      this.rows = columns[0].values.map((_, row) => row);
      this.sorted = { column: -1, descending: false };
      this.page = 0;
      this.size = SIZES[0];
      this.body = element.querySelector("tbody");
      this.heads = [...element.querySelectorAll("thead th")];
      this.heads.forEach((head, at) => this.makeSortable(head, at));
      this.makeFilter();
      this.makePages();
      this.draw();
    }

    makeSortable(head, at) {
      const button = make("button", { type: "button" }, head.textContent);
      button.addEventListener("click", () => this.sort(at));
      head.replaceChildren(button);
    }

    makeFilter() {
      const tools = this.element.querySelector(".tools");
      tools.hidden = false;
      this.input = tools.querySelector("input");
      this.told = tools.querySelector(".count");
      this.input.addEventListener("input", () => this.filter());
    }

    makePages() {
      const pages = this.element.querySelector(".pages");
      this.shown = pages.querySelector(".shown");
      this.buttons = [["First", () => 0], ["Previous", () => this.page - 1], ["Next", () => this.page + 1],
        ["Last", () => this.last()]].map(([name, to]) => {
        const button = make("button", { type: "button", "aria-label": `${name} page` }, name);
        button.addEventListener("click", () => { this.page = to(); this.draw(); });
        return button;
      });
      const select = make("select");
      for (const size of SIZES) select.append(make("option", { value: size }, count(size)));
      select.addEventListener("change", () => { this.size = Number(select.value); this.page = 0; this.draw(); });
      const label = make("label", {}, "Rows on a page ");
      label.append(select);
      this.turning = [...this.buttons, label];
      pages.append(...this.turning);
    }

    last() { return Math.max(0, Math.ceil(this.rows.length / this.size) - 1); }

    sort(at) {
      const first = this.columns[at].place === "number"; // the largest first; texts from A, times from the first
      const again = this.sorted.column === at;
      this.sorted = { column: at, descending: again ? !this.sorted.descending : first };
      this.heads.forEach((head, place) => {
        if (place !== at) head.removeAttribute("aria-sort");
        else head.setAttribute("aria-sort", this.sorted.descending ? "descending" : "ascending");
      });
      this.arrange();
    }

    arrange() {
      const { column, descending } = this.sorted;
      if (column >= 0) {
        const { place, values } = this.columns[column];
        const compare = place === "number" ? (a, b) => a - b : inOrder;
        const sign = descending ? -1 : 1;
        this.rows.sort((a, b) => {
          const one = values[a], other = values[b];
          if (one === null || other === null) return (one === null) - (other === null) || a - b;
          return sign * compare(one, other) || a - b;
        });
      }
      this.page = 0;
      this.draw();
    }

    filter() {
      // Written once, when first needed: what each row says, in small letters.
      this.said ??= this.columns[0].values.map((_, row) =>
        this.columns.map((column) => show(column, row)).join("\n").toLowerCase());
      const wanted = this.input.value.trim().toLowerCase();
      this.rows = this.said.flatMap((text, row) => (text.includes(wanted) ? [row] : []));
      this.arrange();
      this.told.textContent = wanted ? `${count(this.rows.length)} of ${count(this.said.length)} rows match` : "";
    }

    draw() {
      const first = this.page * this.size;
      const shown = this.rows.slice(first, first + this.size);
      this.body.replaceChildren(...shown.map((row) => this.makeRow(row)));
      const total = count(this.rows.length);
      this.shown.textContent = shown.length === this.rows.length
        ? `${total} of ${total} rows shown`
        : `Rows ${count(first + 1)} to ${count(first + shown.length)} of ${total}`;
      const here = document.activeElement;
      this.buttons.forEach((button, at) => {
        button.disabled = at < 2 ? this.page === 0 : this.page >= this.last();
      });
      // A button that has just been switched off must not lose the reader's place.
      if (here instanceof HTMLButtonElement && here.disabled && this.buttons.includes(here)) {
        this.buttons.find((button) => !button.disabled)?.focus();
      }
      for (const part of this.turning) part.hidden = this.columns[0].values.length <= SIZES[0];
    }

    // Paper has no next page to turn to: all rows, or the first of very many, and a sentence that says so.
    print() {
      const shown = this.rows.slice(0, PRINTED);
      this.body.replaceChildren(...shown.map((row) => this.makeRow(row)));
      const [n, all] = [this.rows.length, this.columns[0].values.length];
      const filtered = n === all ? "" : ` that hold “${this.input.value.trim()}”`;
      const whole = shown.length === n ? "" : "; the page on a screen has them all";
      this.shown.textContent = `${count(shown.length)} of ${count(all)} rows printed${filtered}${whole}`;
    }

    makeRow(row) {
      const line = make("tr");
      this.columns.forEach((column, at) => {
        const cell = make("td", { class: column.place });
        if (at === 0 && row < this.links) cell.append(make("a", { href: `#ring-${row + 1}` }, show(column, row)));
        else cell.textContent = show(column, row);
        line.append(cell);
      });
      return line;
    }
  }

  function withNames({ item, names }) {
    // The picture's columns hold positions; the ids that they stand for are listed once.
    const walk = (value) => {
      if (Array.isArray(value)) {
        if (value.length === 2 && names[value[0]] && Array.isArray(value[1])) {
          value[1] = value[1].map((at) => names[value[0]][at]);
        } else value.forEach(walk);
      } else if (value !== null && typeof value === "object") Object.values(value).forEach(walk);
    };
    walk(item.doc);
    return item;
  }

  async function drawPicture(element) {
    const picture = data.pictures[element.id];
    if (!picture) return;
    delete data.pictures[element.id]; // once
    element.replaceChildren();
    await Bokeh.embed.embed_item(withNames(picture), element.id);
    element.dataset.drawn = "yes";
  }

  const sheets = [...document.querySelectorAll(".table")].map((each) => new Sheet(each, data.tables[each.id]));

  const pictures = [...document.querySelectorAll(".picture")];
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      drawPicture(entry.target);
    }
  }, { rootMargin: "600px" });
  const idle = window.requestIdleCallback ?? ((run) => setTimeout(run, 200));
  // A few are ready before anyone scrolls or prints.
  for (const element of pictures.slice(0, EAGER)) idle(() => drawPicture(element));
  for (const element of pictures) {
    element.style.minHeight = `${element.dataset.height}px`;
    element.replaceChildren();
    watcher.observe(element);
  }

  // Paper shows everything: all that is folded opens, all pictures are drawn, tables have no pages.
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const sheet of sheets) sheet.print();
    pictures.forEach(drawPicture);
  });
  window.addEventListener("afterprint", () => { for (const sheet of sheets) sheet.draw(); });
  document.documentElement.dataset.ready = "yes";
})();
