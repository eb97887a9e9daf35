// Hands the page's data to the libraries: plotly draws, DataTables sorts and searches, one select narrows both.
"use strict";

// The map shows the chosen network alone, and as near as it fits; all of it where none is chosen.
function narrow(map, chosen, home) {
  const visible = map.data.map(({ meta }) => !chosen || !meta.network || meta.network === chosen);
  const places = map.data.filter((trace, k) => visible[k] && ["practice", "hub", "lead"].includes(trace.meta.kind));
  const fit = (axis) => {
    const values = places.flatMap((trace) => trace[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const edge = Math.max(0.1 * (high - low), 1);
    return [low - edge, high + edge];
  };
  const ranges = chosen ? { x: fit("x"), y: fit("y") } : home;
  Plotly.update(map, { visible }, { "xaxis.range": ranges.x, "yaxis.range": ranges.y });
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
  if (map && map.clientWidth < narrow_px) {
    for (const { marker } of data.map.data) {
      if (marker) marker.size = Array.isArray(marker.size) ? marker.size.map((size) => size * 0.6) : marker.size * 0.6;
    }
    for (const { textfont } of data.map.data) if (textfont) textfont.size = 10;
    const few = 6; // names of outlines that a phone has room for, the largest first
    for (const trace of data.map.data.filter(({ meta }) => meta.kind === "name")) {
      for (const part of ["x", "y", "text", "textposition"]) trace[part] = trace[part].slice(0, few);
    }
  }
  if (map) await Plotly.newPlot(map, data.map.data, data.map.layout, config);

  const home = map && { x: [...map.layout.xaxis.range], y: [...map.layout.yaxis.range] };

  const source = document.getElementById("datatables").textContent;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: DataTable } = await import(url);
  URL.revokeObjectURL(url);
  const tables = [...document.querySelectorAll("table.display")].map((element) => {
    const by = element.dataset.orderBy;
    const long = element.tBodies[0].rows.length > 15;
    return new DataTable(element, {
      order: by === "" ? [] : [[Number(by), element.dataset.direction]],
      paging: long,
      pageLength: 15,
      lengthMenu: [15, 50, 200, { label: "all", value: -1 }],
      info: long,
      searching: true,
      autoWidth: false,
      layout: long ? { topStart: "pageLength" } : { topStart: null, topEnd: null, bottomStart: null, bottomEnd: null },
      columnControl: long ? ["order", ["search"]] : ["order"],
      ordering: { indicators: false, handler: false },
    });
  });

  const select = document.getElementById("network-filter");
  select.addEventListener("change", () => {
    const chosen = select.value;
    if (map) narrow(map, chosen, home);
    for (const table of tables) {
      table.search.fixed("network", (text, cells, row) => {
        const network = table.row(row).node().dataset.network;
        return !chosen || !network || network === chosen;
      }).draw();
    }
    for (const fold of document.querySelectorAll("details.fold")) {
      fold.hidden = Boolean(chosen) && fold.dataset.network !== chosen;
    }
  });
  const tiles = document.getElementById("tiles");
  if (tiles) tiles.addEventListener("change", () => Plotly.relayout(map, { images: tiles.checked ? data.tiles : [] }));

  const paper = { width: 1000, height: 560 }; // pixels of an A4 page on its side, within margins and below a heading
  window.addEventListener("beforeprint", () => {
    tables.forEach((table) => table.page.len(-1).draw());
    document.querySelectorAll("main section:not(.unprinted) details").forEach((part) => { part.open = true; });
    Plotly.relayout(chart, { width: paper.width });
    if (map) Plotly.relayout(map, paper);
  });
  window.addEventListener("afterprint", () => {
    tables.forEach((table) => table.page.len(15).draw());
    Plotly.relayout(chart, { width: null, autosize: true });
    if (map) Plotly.relayout(map, { width: null, height: null, autosize: true });
  });
  document.body.dataset.ready = "true";
})();
