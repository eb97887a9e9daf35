// Hands the page's data to the libraries: plotly draws, DataTables sorts and searches, one select narrows both.
"use strict";

const MATCHES = 20; // names offered while somebody types

// A field with names to choose from; what is chosen is looked at on the map, and told where there is no such name.
function makeFind(places, map) {
  const [field, list, said] = ["find", "found", "find-said"].map((id) => document.getElementById(id));
  if (!field) return;
  const plain = (text) => text.trim().toLowerCase();
  const labels = places.map(([label]) => plain(label));
  const matches = (text) => places.filter((_, k) => labels[k].includes(text));
  field.addEventListener("input", () => {
    const text = plain(field.value);
    const offered = text ? matches(text).slice(0, MATCHES) : [];
    list.replaceChildren(...offered.map(([label]) => Object.assign(document.createElement("option"), { value: label })));
  });
  field.addEventListener("change", () => {
    const text = plain(field.value);
    const fitting = text ? matches(text) : [];
    const place = places[labels.indexOf(text)] ?? fitting[0];
    said.textContent = !text ? "" : !place ? "no such name" : fitting.length > 1 ? `the first of ${fitting.length.toLocaleString("en-GB")}` : "";
    map.find(place ?? null);
  });
}

(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const config = { displaylogo: false, responsive: true, scrollZoom: true, modeBarButtons: [["toImage", "zoomIn2d", "zoomOut2d", "resetScale2d"]] };
  const chart = document.getElementById("cost-chart");
  const map = document.getElementById("map");
  const narrow_px = 600; // below it, a phone
  if (chart.clientWidth < narrow_px) {
    data.cost.layout.font.size = 11;
    data.cost.layout.margin.r = 64; // the amount beside the longest bar
  }
  await Plotly.newPlot(chart, data.cost.data, data.cost.layout, { displayModeBar: false, responsive: true });

  const source = document.getElementById("datatables").textContent;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: DataTable } = await import(url);
  URL.revokeObjectURL(url);
  const tables = makeTables(DataTable, data);
  const narrowed = [tables, makeFolds(data)];
  if (map) {
    const phone = map.clientWidth < narrow_px;
    const drawn = data.map.country
      ? await drawCountry(map, data.map, data.tables, config, phone)
      : await drawPlan(map, data.map, config, phone);
    narrowed.push(drawn);
    makeFind(data.places, drawn);
  }

  const select = document.getElementById("network-filter");
  select.addEventListener("change", () => narrowed.forEach((part) => part.narrow(select.value)));
  const tiles = document.getElementById("tiles");
  if (tiles) tiles.addEventListener("change", () => Plotly.relayout(map, { images: tiles.checked ? data.tiles : [] }));

  const paper = { width: 1000, height: 560 }; // pixels of an A4 page on its side, within margins and below a heading
  window.addEventListener("beforeprint", () => {
    tables.unfold();
    document.querySelectorAll("main section:not(.unprinted) details:not(.unprinted, .fold)").forEach((part) => { part.open = true; });
    Plotly.relayout(chart, { width: paper.width });
    if (map) Plotly.relayout(map, paper);
  });
  window.addEventListener("afterprint", () => {
    tables.fold();
    Plotly.relayout(chart, { width: null, autosize: true });
    if (map) Plotly.relayout(map, { width: null, height: null, autosize: true });
  });
  document.body.dataset.ready = "true";
})();
