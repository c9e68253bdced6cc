// Draws the charts of a page with uPlot: in the page's colours, light, dark and on paper, as wide as
// there is room, and steered by keyboard. Runs in the browser; nothing else of the project does.
/* global uPlot, document, window, matchMedia, getComputedStyle, ResizeObserver */
(() => {
  const charts = JSON.parse(document.getElementById("chart-data").textContent);
  const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2]];
  const height = 260;

  const number = (value, digits = 3) =>
    value.toLocaleString("en-US", { maximumSignificantDigits: digits });
  const short = (value) =>
    Math.abs(value) >= 1e6
      ? `${number(value / 1e6)} M`
      : Math.abs(value) >= 1e4
        ? `${number(value / 1e3)} k`
        : value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
  const seconds = (value) => {
    const [h, m, s] = [Math.floor(value / 3600), Math.floor((value % 3600) / 60), value % 60];
    if (h > 0) return `${h}h ${m}m${s > 0 ? ` ${s}s` : ""}`;
    return m > 0 ? `${m}m${s > 0 ? ` ${s}s` : ""}` : `${s}s`;
  };
  const writers = {
    seconds,
    per_second: (value) => `${short(value)}/s`,
    ms: (value) => (value >= 1_000 ? `${number(value / 1_000)} s` : `${number(value)} ms`),
    share: (value) => `${number(value * 100)} %`,
    count: short,
    nines: (value) =>
      value === 1 ? "0 %" : `${number(100 - 100 / value, 2 + Math.ceil(Math.log10(value)))} %`,
  };

  // Of a logarithmic axis: a line for each power of ten; between them they would be a hatching.
  const decades = (_, ticks) =>
    ticks.map((tick) => (tick !== null && Number.isInteger(Math.log10(tick)) ? tick : null));
  /** Every second one, where they would run into each other. */
  const nines = (plot, ticks) => {
    const every = plot.width < 600 && ticks.at(-1) >= 1e4 ? 2 : 1;
    return ticks.map((tick) =>
      tick !== null && Math.log10(tick) % every === 0 ? writers.nines(tick) : "",
    );
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function draw(chart, element) {
    const { x, y, series } = chart;
    const write = writers[y.unit];
    const ink = colour("--soft");
    const grid = { stroke: colour("--line"), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: "12px system-ui, sans-serif" };
    const options = {
      width: Math.max(240, element.clientWidth),
      height,
      legend: { show: true, live: true },
      cursor: { drag: { x: true, y: false }, points: { size: 7 } },
      scales: {
        x: {
          time: false,
          ...(x.unit === "nines" && { distr: 3, range: (_, min, max) => [min, max * 1.5] }),
        },
        y: y.logarithmic
          ? { distr: 3 }
          : { range: (_, min, max) => [Math.min(0, min), max > 0 ? max * 1.08 : 1] },
      },
      axes: [
        {
          ...axis,
          label: x.label,
          labelFont: "12px system-ui, sans-serif",
          labelSize: 20,
          ...(x.unit === "seconds" && {
            incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800],
          }),
          ...(x.unit === "nines" && { grid: { ...grid, filter: decades } }),
          values:
            x.unit === "nines"
              ? nines
              : (_, ticks) => ticks.map((tick) => (tick === null ? "" : writers[x.unit](tick))),
        },
        {
          ...axis,
          size: 64,
          ...(y.logarithmic && { grid: { ...grid, filter: decades } }),
          values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : write(tick))),
        },
      ],
      series: [
        { label: x.label, value: (_, value) => (value == null ? "–" : writers[x.unit](value)) },
        ...series.map(({ label }, index) => ({
          label,
          stroke: colour(`--series-${index + 1}`),
          width: 2,
          dash: dashes[index],
          points: { show: x.values.length < 3 },
          value: (_, value) => (value == null ? "–" : write(value)),
        })),
      ],
    };
    element.replaceChildren();
    const plot = new uPlot(options, [x.values, ...series.map(({ values }) => values)], element);
    plot.root.querySelectorAll(".u-legend .u-series .u-marker").forEach((marker, index) => {
      if (index > 0) marker.replaceWith(sample(index - 1));
    });
    return plot;
  }

  /** A piece of the line for the legend: who sees no colours knows it by its dashes. */
  function sample(index) {
    const [svg, line] = ["svg", "line"].map((name) =>
      document.createElementNS("http://www.w3.org/2000/svg", name),
    );
    for (const [name, value] of Object.entries({ class: "sample", width: 30, height: 8 }))
      svg.setAttribute(name, value);
    const look = { x2: 30, y1: 4, y2: 4, stroke: colour(`--series-${index + 1}`) };
    const dashed = { "stroke-width": 2.5, "stroke-dasharray": dashes[index].join(" ") };
    for (const [name, value] of Object.entries({ ...look, ...dashed }))
      line.setAttribute(name, value);
    svg.setAttribute("aria-hidden", "true");
    svg.append(line);
    return svg;
  }

  function told(chart, index) {
    const { x, y, series } = chart;
    const values = series.map(({ label, values }) => {
      const value = values[index];
      return `${label} ${value == null ? "nothing" : writers[y.unit](value)}`;
    });
    return `${x.label} ${writers[x.unit](x.values[index])}: ${values.join(", ")}`;
  }

  function steer(chart, element, plotNow) {
    let at = 0;
    const last = chart.x.values.length - 1;
    const page = Math.max(1, Math.round(last / 10));
    const moves = {
      ...{ ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 },
      ...{ PageUp: page, PageDown: -page, Home: -last, End: last },
    };
    const show = () => {
      element.setAttribute("aria-valuenow", String(at));
      element.setAttribute("aria-valuetext", last < 0 ? "nothing" : told(chart, at));
    };
    element.addEventListener("keydown", (event) => {
      const move = moves[event.key];
      if (move === undefined || last < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      at = Math.min(last, Math.max(0, at + move));
      const plot = plotNow();
      plot.setCursor({ left: plot.valToPos(chart.x.values[at], "x"), top: 0 });
      show();
    });
    show();
  }

  const drawn = charts.map((chart) => {
    const element = document.querySelector(`[data-chart="${chart.id}"]`);
    let plot = draw(chart, element);
    steer(chart, element, () => plot);
    new ResizeObserver(() => {
      const width = Math.max(240, element.clientWidth);
      if (width !== plot.width) plot.setSize({ width, height });
    }).observe(element);
    return () => {
      plot.destroy();
      plot = draw(chart, element);
    };
  });
  const redraw = () => {
    for (const again of drawn) again();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // Paper is light, whatever the screen is.
  const onPaper = (paper) => {
    document.documentElement.classList.toggle("paper", paper);
    redraw();
  };
  window.addEventListener("beforeprint", () => onPaper(true));
  window.addEventListener("afterprint", () => onPaper(false));
})();
