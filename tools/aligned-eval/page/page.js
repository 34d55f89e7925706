"use strict";
// Draws what aligned-eval measured, and what aligned-bench did. Every plot is
// drawn for the width it has, so that its text is as large on a phone.

const evaluation = JSON.parse(document.getElementById("evaluation").textContent);
const bench = JSON.parse(document.getElementById("bench").textContent);
const main = document.querySelector("main");

// ---- Elements ----

function html(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function svg(tag, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes))
    element.setAttribute(name, value);
  if (text !== undefined)
    element.textContent = text;
  return element;
}

const plots = [];
/// A plot in `parent`: `draw(width)` gives its SVG, again when that changes.
function addPlot(parent, draw) {
  const place = html("div");
  parent.append(place);
  const plot = () => place.replaceChildren(draw(Math.max(place.clientWidth, 240)));
  plots.push(plot);
  plot();
  return plot;
}
let drawnWidth = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === drawnWidth)
    return;
  drawnWidth = window.innerWidth;
  plots.forEach(plot => plot());
});

const tip = html("div", {class: "tip", hidden: ""});
document.body.append(tip);
document.addEventListener("pointermove", showTip);
document.addEventListener("pointerdown", showTip);
function showTip(event) {
  const target = event.target.closest ? event.target.closest("[data-tip]") : null;
  tip.hidden = !target;
  if (!target)
    return;
  tip.textContent = target.dataset.tip;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(event.clientX + 12, window.innerWidth - box.width - 4)) + "px";
  tip.style.top = (event.clientY - box.height - 12 < 4 ? event.clientY + 16 : event.clientY - box.height - 12) + "px";
}

// ---- Numbers ----

const superscript = power => String(power).replace(/[-0-9]/g, c => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
const formatError = value => {
  if (!(value > 0) || !isFinite(value))
    return value === 0 ? "0" : "not a number";
  const [digits, power] = value.toExponential(1).split("e");
  return `${digits}·10${superscript(Number(power))}`;
};
/// A tick: 10⁻³, 2·10⁻³.
const formatErrorTick = value => {
  const [digits, power] = value.toExponential(0).split("e");
  return (digits === "1" ? "" : `${digits}·`) + `10${superscript(Number(power))}`;
};
const formatPercent = value => `${(value * 100).toFixed(value > 0 && value < 0.0995 ? 1 : 0)} %`;
const formatTokens = n => n >= 1 << 20 && n % (1 << 20) === 0 ? `${n >> 20}M`
  : n >= 1024 && n % 1024 === 0 ? `${n >> 10}k` : n.toLocaleString("en");
const formatTime = us => us >= 1e6 ? `${+(us / 1e6).toPrecision(3)} s`
  : us >= 1e3 ? `${+(us / 1e3).toPrecision(3)} ms` : `${+us.toPrecision(3)} µs`;
const formatBytes = n => n >= 1e9 ? `${(n / 1e9).toPrecision(3)} GB`
  : n >= 1e6 ? `${(n / 1e6).toPrecision(3)} MB` : `${(n / 1e3).toPrecision(3)} kB`;
const color = i => `var(--c${i % 8})`;
/// Colour of number i of n things that have an order.
const shade = (i, n) => `color-mix(in oklab, var(--r1) ${n < 2 ? 50 : Math.round(i * 100 / (n - 1))}%, var(--r0))`;
const distinct = list => [...new Set(list)];

// ---- Axes ----

function makeScale(values, log, from, to, limits) {
  let low = limits ? limits[0] : Math.min(...values), high = limits ? limits[1] : Math.max(...values);
  const f = log ? Math.log10 : v => v;
  if (log && !limits) {
    const margin = high / low < 4 ? 2 : 1.25;
    low /= margin;
    high *= margin;
  }
  const span = f(high) - f(low) || 1;
  const scale = v => from + (f(v) - f(low)) / span * (to - from);
  scale.low = low;
  scale.high = high;
  return scale;
}

/// Powers of ten, with 2 and 5 between where there are few.
function logTicks(scale) {
  const ticks = [];
  const decades = Math.log10(scale.high / scale.low);
  for (let p = Math.floor(Math.log10(scale.low)); p <= Math.ceil(Math.log10(scale.high)); ++p)
    for (const m of decades < 2 ? [1, 2, 5] : [1])
      ticks.push(m * 10 ** p);
  return ticks.filter(t => t >= scale.low * 0.999 && t <= scale.high * 1.001);
}

function swatch(series) {
  const icon = svg("svg", {width: 22, height: 10, style: "width:22px;flex:none"});
  icon.append(svg("line", {x1: 1, x2: 21, y1: 5, y2: 5, stroke: series.color, "stroke-width": 2,
    "stroke-dasharray": series.dash || "none"}));
  if (series.dots)
    icon.append(svg("circle", {cx: 11, cy: 5, r: 4, fill: series.color}));
  return icon;
}

function addLegend(parent, series) {
  parent.append(html("div", {class: "legend"},
    ...series.map(s => html("span", {}, swatch(s), s.name))));
}

/// Lines over two axes. series: {name, color, dash, dots, points: [{x, y, tip,
/// label, apart}]}, the line leaving out what stands apart; axes: {label, log, limits, ticks, format}; references: {y, label}.
function drawLines(width, {series, x, y, references = []}) {
  const height = Math.round(Math.min(340, Math.max(250, width * 0.6)));
  const left = 62, right = 14, top = 26, bottom = 46;
  const points = series.flatMap(s => s.points);
  const sx = makeScale(points.map(p => p.x), x.log, left, width - right, x.limits);
  const sy = makeScale(points.map(p => p.y).concat(references.map(r => r.y)), y.log, height - bottom, top, y.limits);
  const plot = svg("svg", {viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": `${y.label} against ${x.label}`});
  for (const tick of y.ticks || logTicks(sy)) {
    plot.append(svg("line", {class: "grid", x1: left, x2: width - right, y1: sy(tick), y2: sy(tick)}));
    plot.append(svg("text", {x: left - 8, y: sy(tick) + 4, "text-anchor": "end"}, y.format(tick)));
  }
  let free = -Infinity;
  for (const tick of x.ticks || logTicks(sx)) {
    plot.append(svg("line", {class: "axis", x1: sx(tick), x2: sx(tick), y1: height - bottom, y2: height - bottom + 4}));
    if (sx(tick) < free)
      continue;
    const text = x.format(tick);
    free = sx(tick) + text.length * 7 + 8;
    plot.append(svg("text", {x: sx(tick), y: height - bottom + 18, "text-anchor": "middle"}, text));
  }
  plot.append(svg("line", {class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom}));
  plot.append(svg("text", {class: "name", x: 0, y: 12}, y.label));
  plot.append(svg("text", {class: "name", x: width - right, y: height - 8, "text-anchor": "end"}, x.label));
  const taken = [];
  for (const reference of references) {
    const at = sy(reference.y);
    taken.push({from: width - right - reference.label.length * 7, to: width - right, y: at - 5});
    plot.append(svg("line", {class: "reference", x1: left, x2: width - right, y1: at, y2: at}));
    plot.append(svg("text", {x: width - right, y: at - 5, "text-anchor": "end"}, reference.label));
  }
  for (const s of series)
    plot.append(svg("path", {class: "line", stroke: s.color, "stroke-dasharray": s.dash || "none",
      d: s.points.filter(p => !p.apart).map((p, i) => `${i ? "L" : "M"}${sx(p.x).toFixed(1)} ${sy(p.y).toFixed(1)}`).join("")}));
  for (const s of series)
    for (const p of s.points) {
      if (s.dots)
        plot.append(svg("circle", {class: "dot", cx: sx(p.x), cy: sy(p.y), r: 5, fill: s.color}));
      if (p.tip)
        plot.append(svg("circle", {cx: sx(p.x), cy: sy(p.y), r: 12, fill: "transparent", "data-tip": p.tip}));
      if (p.label)
        addLabel(plot, taken, p.label, sx(p.x), sy(p.y), width);
    }
  return plot;
}

/// A label right of a point, above it at the edge; a little higher or lower
/// where another is in the way.
function addLabel(plot, taken, label, x, y, width) {
  const length = label.length * 7;
  const beside = x + 10 + length < width;
  const from = beside ? x + 10 : Math.min(x - length / 2, width - length);
  y += beside ? 4 : -12;
  const isFree = at => !taken.some(t => from < t.to && t.from < from + length && Math.abs(t.y - at) < 14);
  let shift = 0;
  while (!isFree(y - shift) && !isFree(y + shift))
    shift += 2;
  y += isFree(y - shift) ? -shift : shift;
  taken.push({from, to: from + length, y});
  plot.append(svg("text", {class: "name halo", x: from, y}, label));
}

// ---- What was evaluated ----

const contexts = evaluation.contexts;
const contextName = c => `${formatTokens(c.tokens)} tokens` + (c.attention === "recorded" ? "" : `, ${c.attention}`);
const resultsOf = context => evaluation.results.filter(r => r.tokens === context.tokens
  && (r.attention === undefined || r.attention === context.attention));
const precisions = distinct(evaluation.results.map(r => r.precision));
let chosen = contexts.reduce((best, c, i) =>
  c.attention === contexts[0].attention && c.tokens > contexts[best].tokens ? i : best, 0);
const dependents = [];
/// An axis of shares of the planes, which the rounds of certified<E> may exceed.
function shareAxis(label) {
  const most = Math.max(1, ...evaluation.results.map(r => r.fraction));
  const step = most > 1.5 ? 0.5 : 0.25;
  return {label, limits: [0, most], format: formatPercent,
    ticks: Array.from({length: Math.floor(most / step) + 1}, (_, i) => i * step)};
}

function addSection(title, about) {
  const section = html("section", {}, html("h2", {}, title), html("p", {class: "note"}, about));
  main.append(section);
  return section;
}

function addHead() {
  main.append(html("h1", {}, "Quality against bytes"));
  const lengths = distinct(contexts.map(c => formatTokens(c.tokens))).join(", ");
  main.append(html("p", {class: "about"},
    `${evaluation.file}: ${evaluation.layers} layers, ${lengths} tokens, ${evaluation.cache} cache, on ${evaluation.device}.`));
  main.append(html("p", {class: "about"},
    "An error is that of one head's output against float64 attention over the rows as given, relative to the output's norm. " +
    "Bits and bytes are those that the kernels report."));
  if (contexts.length < 2)
    return;
  const select = html("select", {"aria-label": "Context"}, ...contexts.map((c, i) => html("option", {value: i}, contextName(c))));
  select.value = chosen;
  select.addEventListener("change", () => {
    chosen = Number(select.value);
    dependents.forEach(update => update());
  });
  main.append(html("div", {class: "controls"}, html("label", {}, "Context of the next three plots", select)));
}

function addTradeOff() {
  const section = addSection("Error against the share of the cache that is read",
    "Left is cheaper, down is better. Each precision has its mean and, above it, the error that 99 of 100 heads stay below.");
  const make = () => {
    const results = resultsOf(contexts[chosen]).filter(r => r.error.mean > 0);
    const point = (r, figure, label) => ({x: r.fraction, y: r.error[figure], label,
      apart: !/^budget|^full/.test(r.precision),
      tip: `${r.precision}, ${figure}\n${formatError(r.error[figure])} at ${formatPercent(r.fraction)} of the planes\nK ${r.bits.k.toFixed(2)}, V ${r.bits.v.toFixed(2)} bits of 16`});
    return [
      {name: "mean", color: color(0), dots: true, points: results.map(r => point(r, "mean"))},
      {name: "99th percentile", color: color(1), dots: true, dash: "6 4", points: results.map(r => point(r, "p99", r.precision))},
    ];
  };
  addLegend(section, make());
  dependents.push(addPlot(section, width => drawLines(width, {
    series: make(),
    x: shareAxis("share of K's and V's planes read"),
    y: {label: "relative error", log: true, format: formatErrorTick},
    references: [{y: contexts[chosen].kernel_16_bit.error.mean, label: `a ${evaluation.cache} kernel, mean`}],
  })));
}

function addSpread() {
  const section = addSection("How errors are distributed",
    "The share of heads, over layers and positions, whose error stays below a value.");
  const make = () => resultsOf(contexts[chosen]).map((r, i, all) => ({
    name: r.precision, color: shade(i, all.length),
    // Each named at a height of its own.
    points: r.spread.map((error, percent) => ({x: error, y: percent / 100,
      label: percent === Math.round(25 + 60 * i / Math.max(1, all.length - 1)) ? r.precision : "",
      tip: percent % 10 ? "" : `${r.precision}\n${percent} % of heads below ${formatError(error)}`}))
      .filter(p => p.x > 0),
  }));
  addLegend(section, make());
  dependents.push(addPlot(section, width => drawLines(width, {
    series: make(),
    x: {label: "relative error", log: true, format: formatErrorTick},
    y: {label: "share of heads below", limits: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], format: formatPercent},
  })));
}

// ---- Where bits are read ----

const kSteps = [0, 4, 6, 8, 10, 12, 14];
const stepOf = bits => kSteps.reduce((step, from, i) => bits >= from ? i : step, 0);

function addScaleLegend(parent) {
  parent.append(html("div", {class: "legend"}, "bits read of 16, on average:", ...kSteps.map((from, i) => {
    const icon = svg("svg", {width: 14, height: 14, style: "width:14px;flex:none"});
    icon.append(svg("rect", {width: 14, height: 14, rx: 2, fill: `var(--s${i})`}));
    return html("span", {}, icon, i + 1 < kSteps.length ? `${from}–${kSteps[i + 1]}` : `${from}–16`);
  })));
}

function drawMap(width, result, operand) {
  const maps = result.tiers, left = 62, right = 14, top = 8, bottom = 44;
  const rowHeight = maps.length > 24 ? 8 : 16, height = top + bottom + maps.length * rowHeight;
  const plot = svg("svg", {viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": `bits of ${operand} read, by layer and position`});
  const sx = makeScale([], false, left, width - right, [0, result.tokens]);
  maps.forEach((map, row) => {
    const y = top + row * rowHeight;
    if (!row || map.layer !== maps[row - 1].layer)
      plot.append(svg("text", {x: left - 8, y: y + Math.min(rowHeight, 16) - 4, "text-anchor": "end"}, `layer ${map.layer}`));
    map[operand].forEach((bits, i) => {
      const from = i * map.positions_each, to = Math.min(from + map.positions_each, result.tokens);
      plot.append(svg("rect", {x: sx(from), y, width: Math.max(sx(to) - sx(from) - (width > 600 ? 1 : 0.5), 0.5), height: rowHeight - 2,
        fill: `var(--s${stepOf(bits)})`,
        "data-tip": `layer ${map.layer}, kv head ${map.kv_head}\npositions ${from.toLocaleString("en")} to ${(to - 1).toLocaleString("en")}\n${bits.toFixed(2)} bits of ${operand.toUpperCase()}`}));
    });
  });
  const base = height - bottom;
  for (let i = 0; i <= 4; i += width < 400 ? 2 : 1) {
    const at = Math.round(result.tokens * i / 4);
    plot.append(svg("text", {x: sx(at), y: base + 16, "text-anchor": i === 4 ? "end" : i ? "middle" : "start"},
      at.toLocaleString("en")));
  }
  plot.append(svg("text", {class: "name", x: width - right, y: height - 6, "text-anchor": "end"}, "position in the sequence; a row for each kv head"));
  return plot;
}

function addMaps() {
  // `paper` tells channels of K apart, and has no map of positions.
  const mapped = distinct(evaluation.results.filter(r => r.tiers.length).map(r => r.precision));
  if (!mapped.length)
    return;
  const section = addSection("Where along the sequence bits are read",
    "Bits read for the last position of the recording. Attention leans on the first tokens and on the latest; what lies between is read as far as its weight asks.");
  const select = html("select", {"aria-label": "Precision"}, ...mapped.map(p => html("option", {}, p)));
  select.value = mapped.find(p => p === "budget<12>") || mapped[0];
  section.append(html("div", {class: "controls"}, html("label", {}, "Precision", select)));
  addScaleLegend(section);
  const panels = html("div", {class: "panels"});
  section.append(panels);
  for (const operand of ["k", "v"]) {
    const panel = html("div", {}, html("h3", {}, operand === "k" ? "Keys" : "Values"));
    panels.append(panel);
    const update = addPlot(panel, width => drawMap(width,
      resultsOf(contexts[chosen]).find(r => r.precision === select.value), operand));
    select.addEventListener("change", update);
    dependents.push(update);
  }
}

// ---- Against the context ----

function addContexts() {
  const attentions = distinct(contexts.map(c => c.attention));
  if (distinct(contexts.map(c => c.tokens)).length < 2)
    return;
  const synthetic = attentions.some(a => a !== "recorded");
  const section = addSection("Error, bytes and time against the context", synthetic
    ? "Beyond the recording rows are synthetic, of its means and covariances. Flat: queries as recorded, so that attention spreads over the longer history. Peaked: queries lengthened, so that it rests on as few tokens as in the recording."
    : "The first four and the last rows of the recording.");
  const series = (attention, y) => precisions.map((precision, i) => ({
    name: precision, color: shade(i, precisions.length), dots: true,
    points: evaluation.results.filter(r => r.precision === precision && r.attention === attention)
      .sort((a, b) => a.tokens - b.tokens)
      .map(r => ({x: r.tokens, y: y(r), tip: `${precision}, ${formatTokens(r.tokens)} tokens\nerror ${formatError(r.error.mean)}, p99 ${formatError(r.error.p99)}\n${formatPercent(r.fraction)} of the planes, ${formatBytes(r.bytes)} a layer\n${formatTime(r.time_us)}`})),
  }));
  addLegend(section, series(attentions[0], r => r.fraction));
  const panels = html("div", {class: "panels"});
  section.append(panels);
  const ticks = distinct(contexts.map(c => c.tokens)).sort((a, b) => a - b);
  const x = {label: "tokens of context", log: true, ticks, format: formatTokens};
  const all = evaluation.results.map(r => r.error.mean).filter(e => e > 0);
  const limits = [Math.min(...all) / 1.5, Math.max(...all) * 1.5];
  for (const attention of attentions) {
    const panel = html("div", {}, html("h3", {}, attention));
    panels.append(panel);
    addPlot(panel, width => drawLines(width, {series: series(attention, r => r.error.mean), x,
      y: {label: "mean relative error", log: true, limits, format: formatErrorTick}}));
    addPlot(panel, width => drawLines(width, {series: series(attention, r => r.fraction), x,
      y: shareAxis("share of planes read")}));
    addPlot(panel, width => drawLines(width, {series: series(attention, r => r.time_us), x,
      y: {label: "time of a decode of one layer, median", log: true, format: formatTime}}));
  }
}

// ---- Times ----

/// Series of times by what differs in nothing but the number of tokens.
function groupTimes() {
  const time = r => typeof r.time_us === "number" ? r.time_us : r.time_us.median;
  const groups = new Map();
  for (const r of bench.results) {
    if (r.time_us === undefined || r.tokens === undefined || r.kernel === "append")
      continue;
    const shape = (r.shape || "").replace(/x\d+$/, "");
    const panel = [shape, r.data].filter(Boolean).join(", ");
    if (!groups.has(panel))
      groups.set(panel, new Map());
    const name = [r.kernel || r.precision, r.cache].filter(Boolean).join(", ");
    const lines = groups.get(panel);
    if (!lines.has(name))
      lines.set(name, []);
    lines.get(name).push({x: r.tokens, y: time(r),
      tip: `${name}, ${formatTokens(r.tokens)} tokens\n${formatTime(time(r))}` + (r.error ? `\nmean error ${formatError(r.error.mean)}` : "")});
  }
  return groups;
}

function addTimes() {
  if (!bench || !bench.results)
    return;
  const groups = groupTimes();
  const names = distinct([...groups.values()].flatMap(lines => [...lines.keys()]));
  const section = addSection("Time of a decode against the context", `On ${bench.device}; medians.` +
    " A shape is sequences x query heads x kv heads x channels.");
  const make = lines => [...lines].map(([name, points]) => ({name, dots: true, color: color(names.indexOf(name)),
    dash: names.indexOf(name) >= 8 ? "6 4" : "", points: points.sort((a, b) => a.x - b.x)}));
  addLegend(section, names.map((name, i) => ({name, dots: true, color: color(i), dash: i >= 8 ? "6 4" : ""})));
  const panels = html("div", {class: "panels"});
  section.append(panels);
  for (const [title, lines] of groups) {
    const panel = html("div", {}, html("h3", {}, title));
    panels.append(panel);
    const ticks = distinct([...lines.values()].flat().map(p => p.x)).sort((a, b) => a - b);
    addPlot(panel, width => drawLines(width, {series: make(lines),
      x: {label: "tokens of context", log: true, ticks, format: formatTokens},
      y: {label: "time of a decode", log: true, format: formatTime}}));
  }
}

// ---- Numbers ----

function addTable() {
  const section = addSection("All figures",
    "Estimate / error: the median of what kernels estimate over what is true. Beyond bound: heads whose error exceeds the reported bound; there must be none. Time: the median of decodes of one layer in this run.");
  const several = contexts.length > 1;
  const columns = [["precision", r => r.precision + (several ? `, ${contextName({tokens: r.tokens, attention: r.attention})}` : "")],
    ["mean error", r => formatError(r.error.mean)], ["median", r => formatError(r.error.median)],
    ["p99", r => formatError(r.error.p99)], ["largest", r => formatError(r.error.max)],
    [`mean as ${evaluation.cache}`, r => formatError(r.error_rounded.mean)],
    ["K bits", r => r.bits.k.toFixed(2)], ["V bits", r => r.bits.v.toFixed(2)],
    ["planes read", r => formatPercent(r.fraction)], ["bytes a layer", r => formatBytes(r.bytes)],
    ["estimate / error", r => r.estimate_ratio === null ? "" : r.estimate_ratio.toFixed(2)],
    ["beyond bound", r => r.bound_violated], ["time", r => formatTime(r.time_us)]];
  const table = html("table", {}, html("tr", {}, ...columns.map(c => html("th", {scope: "col"}, c[0]))));
  for (const r of evaluation.results)
    table.append(html("tr", {}, ...columns.map(c => html("td", {}, String(c[1](r))))));
  section.append(html("div", {class: "scroll", tabindex: "0"}, table));
}

addHead();
addTradeOff();
addSpread();
addMaps();
addContexts();
addTimes();
addTable();
