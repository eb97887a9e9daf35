// Tables that sort, search and turn pages. Rows stand in the page, or in its data, of which those on view are made.
"use strict";

const PAGE = 15; // rows

const escaped = (text) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);

// A cell of the data is its text, or [text, order, detail, style] as far as there is something.
const parts = (cell) => (Array.isArray(cell) ? cell : [cell]);

// What a row of a table says, a line for each column that has something.
function told({ columns, rows }, row) {
  const [name, ...rest] = columns.map((column, k) => [column, ...parts(rows[row][k + 1])]);
  const lines = rest.filter(([, text]) => text).map(([column, text, , detail]) => `${column}: ${text}${detail ? ` (${detail})` : ""}`);
  return [`<b>${escaped(name[1])}</b>${name[3] ? ` (${escaped(name[3])})` : ""}`, ...lines.map(escaped)].join("<br>");
}

function fromData(element, rows) {
  const numeric = [...element.tHead.rows[0].cells].map((cell) => cell.classList.contains("num"));
  const render = (cell, type, k) => {
    const [text, order, detail] = parts(cell);
    if (type === "display") return escaped(text) + (detail ? `<small>${escaped(detail)}</small>` : "");
    if (type === "filter") return `${text} ${detail || ""}`;
    return order ?? (numeric[k] ? Number(text.replaceAll(",", "")) : text);
  };
  return {
    data: rows,
    columns: numeric.map((_, k) => ({ data: k + 1, render: (cell, type) => render(cell, type, k) })),
    createdRow: (line, row) => [...line.cells].forEach((cell, k) => {
      cell.className = `${numeric[k] ? "num" : ""} ${parts(row[k + 1])[3] || ""}`;
    }),
  };
}

// Every table of the page: { narrow to the rows of a network, show all for print, go back to pages }.
function makeTables(DataTable, data) {
  const tables = [...document.querySelectorAll("table.display")].map((element) => {
    const rows = data.tables[element.id]?.rows;
    const by = element.dataset.orderBy;
    const long = (rows || element.tBodies[0].rows).length > PAGE;
    const table = new DataTable(element, {
      ...(rows ? fromData(element, rows) : {}),
      order: by === "" ? [] : [[Number(by), element.dataset.direction]],
      paging: long,
      pageLength: PAGE,
      lengthMenu: [PAGE, 50, 200, { label: "all", value: -1 }],
      info: long,
      searching: true,
      autoWidth: false,
      layout: long ? { topStart: "pageLength" } : { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
      columnControl: long ? ["order", ["search"]] : ["order"],
      ordering: { indicators: false, handler: false },
    });
    const network = rows ? (row) => rows[row][0] : (row) => table.row(row).node().dataset.network;
    return { table, network, printed: !element.closest(".unprinted") };
  });
  const paged = (length) => tables.filter(({ printed }) => printed).forEach(({ table }) => table.page.len(length).draw());
  return {
    narrow: (chosen) => {
      for (const { table, network } of tables) {
        table.search.fixed("network", (text, cells, row) => !chosen || !network(row) || network(row) === chosen).draw();
      }
    },
    unfold: () => paged(-1),
    fold: () => paged(PAGE),
  };
}

// A fold-out for each hub, made of the data when somebody opens it.
function makeFolds(data) {
  const frame = document.getElementById("folds");
  const folds = data.folds.map(({ title, network, lines }) => {
    const fold = document.createElement("details");
    fold.className = "fold";
    fold.dataset.network = network;
    fold.append(Object.assign(document.createElement("summary"), { textContent: title }));
    fold.addEventListener("toggle", () => {
      const list = document.createElement("dl");
      for (const [what, figure] of lines) {
        list.append(Object.assign(document.createElement("dt"), { textContent: what }));
        list.append(Object.assign(document.createElement("dd"), { textContent: figure }));
      }
      fold.append(list);
    }, { once: true });
    return fold;
  });
  if (frame) frame.append(...folds);
  return { narrow: (chosen) => folds.forEach((fold) => { fold.hidden = Boolean(chosen) && fold.dataset.network !== chosen; }) };
}
