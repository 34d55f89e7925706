//===- Charts.cpp - Results of a benchmark as a page ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <nlohmann/json.hpp>

using namespace aligned;
using Json = nlohmann::ordered_json;

static std::string format(const char *pattern, ...)
    __attribute__((format(printf, 1, 2)));

static std::string format(const char *pattern, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof(text), pattern, arguments);
  va_end(arguments);
  return text;
}

static std::string escape(const std::string &text) {
  std::string safe;
  for (char c : text)
    if (c == '<')
      safe += "&lt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  return safe;
}

//===----------------------------------------------------------------------===//
// Series
//===----------------------------------------------------------------------===//

namespace {
struct Point {
  double x, y;
  std::string label; ///< of this point alone; may be empty
};
/// Points of one kernel, in the order of x.
struct Series {
  std::string name;
  std::vector<Point> points;
};
struct Chart {
  std::string title, xTitle, yTitle;
  std::vector<Series> series;
};
} // namespace

/// The chart of this title; a new one at the end, if there is none.
static Chart &chartOf(std::vector<Chart> &charts, const std::string &title,
                      const char *xTitle, const char *yTitle) {
  for (Chart &chart : charts)
    if (chart.title == title)
      return chart;
  charts.push_back({title, xTitle, yTitle, {}});
  return charts.back();
}

static void add(Chart &chart, const std::string &name, Point point) {
  if (!(point.x > 0 && point.y > 0))
    return;
  auto found =
      std::find_if(chart.series.begin(), chart.series.end(),
                   [&](const Series &series) { return series.name == name; });
  if (found == chart.series.end())
    found = chart.series.insert(chart.series.end(), {name, {}});
  found->points.push_back(std::move(point));
  std::sort(found->points.begin(), found->points.end(),
            [](const Point &a, const Point &b) { return a.x < b.x; });
}

/// Time against tokens, a chart for each data and everything else of a shape.
/// Skewed batches stand at their mean length, apart from the others.
static std::vector<Chart> chartTimes(const Json &results) {
  std::vector<Chart> charts;
  for (const Json &result : results) {
    std::string shape = textOf(result, "shape"),
                kernel = textOf(result, "kernel");
    if (kernel == "append")
      continue;
    std::string title = shape.substr(0, shape.rfind('x')) +
                        " (sequences, query heads, kv heads, channels), " +
                        textOf(result, "data");
    Chart &chart = chartOf(charts, title, "tokens", "time, us");
    const char *skew = shape.find('+') == std::string::npos ? "" : ", skewed";
    add(chart, kernel + ", " + textOf(result, "cache") + skew,
        {figureOf(result, "tokens"), figureOf(result, "time_us.median"), ""});
  }
  return charts;
}

/// Error against time, a chart for each shape and data.
static std::vector<Chart> chartErrors(const Json &results) {
  std::vector<Chart> charts;
  for (const Json &result : results) {
    std::string title = textOf(result, "shape") + ", " + textOf(result, "data"),
                name =
                    textOf(result, "kernel") + ", " + textOf(result, "cache");
    if (std::isnan(figureOf(result, "error.mean")))
      continue;
    Chart &chart = chartOf(charts, title, "time, us", "mean error");
    add(chart, name,
        {figureOf(result, "time_us.median"), figureOf(result, "error.mean"),
         textOf(result, "kernel")});
  }
  return charts;
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

namespace {
/// A logarithmic axis that covers some numbers.
class Axis {
public:
  Axis(double base, double from, double to) : base(base), from(from), to(to) {}

  void cover(double number) {
    low = std::min(low, std::log(number) / std::log(base));
    high = std::max(high, std::log(number) / std::log(base));
  }
  double place(double number) const {
    double share = (std::log(number) / std::log(base) - low + margin()) /
                   (high - low + 2 * margin());
    return from + share * (to - from);
  }
  /// Numbers with a line: powers of the base, and of ten also twice and five
  /// times those where there would be few.
  std::vector<double> ticks() const {
    std::vector<double> numbers;
    bool isFew = base == 10 && high - low < 1.5;
    for (double power = std::floor(low - margin()); power <= high + margin();
         ++power)
      for (double factor : {1, 2, 5}) {
        double at = power + std::log(factor) / std::log(base);
        if ((factor == 1 || isFew) && at >= low - margin() &&
            at <= high + margin())
          numbers.push_back(factor * std::pow(base, power));
      }
    return numbers;
  }
  std::string label(double tick) const {
    if (base == 2 && tick >= 1024)
      return format("%gk", tick / 1024);
    return format("%.3g", tick);
  }

private:
  double base, from, to;
  double margin() const { return 0.06 * std::max(high - low, 0.2); }

  double low = INFINITY, high = -INFINITY;
};
} // namespace

static constexpr const char *kColours[] = {"#1f77b4", "#d62728", "#2ca02c",
                                           "#9467bd", "#ff7f0e", "#17becf",
                                           "#8c564b", "#e377c2"};
static constexpr double kWidth = 640, kHeight = 360, kLeft = 70, kRight = 610,
                        kTop = 26, kBottom = 310;

static std::string drawText(double x, double y, const char *anchor,
                            const std::string &text) {
  return format("<text x='%.1f' y='%.1f' text-anchor='%s'>", x, y, anchor) +
         escape(text) + "</text>\n";
}

static std::string drawSeries(const Series &series, const char *colour,
                              const Axis &x, const Axis &y) {
  std::string svg, path;
  for (const Point &point : series.points) {
    double px = x.place(point.x), py = y.place(point.y);
    path += format("%.1f,%.1f ", px, py);
    svg += format("<circle cx='%.1f' cy='%.1f' r='3.5' fill='%s'><title>", px,
                  py, colour) +
           escape(series.name) + format(": %.4g, %.4g", point.x, point.y) +
           "</title></circle>\n";
    if (!point.label.empty())
      svg += drawText(px + 6, py - 5, "start", point.label);
  }
  return "<polyline fill='none' stroke-width='1.5' stroke='" +
         std::string(colour) + "' points='" + path + "'/>\n" + svg;
}

static std::string draw(const Chart &chart, double xBase) {
  Axis x(xBase, kLeft, kRight), y(10, kBottom, kTop);
  for (const Series &series : chart.series)
    for (const Point &point : series.points) {
      x.cover(point.x);
      y.cover(point.y);
    }
  std::string svg = format("<svg viewBox='0 0 %g %g'>\n", kWidth, kHeight);
  for (double tick : y.ticks()) {
    double py = y.place(tick);
    svg += format("<line class='grid' x1='%g' x2='%g' y1='%.1f' y2='%.1f'/>\n",
                  kLeft, kRight, py, py) +
           drawText(kLeft - 6, py + 4, "end", y.label(tick));
  }
  for (double tick : x.ticks()) {
    double px = x.place(tick);
    svg += format("<line class='grid' y1='%g' y2='%g' x1='%.1f' x2='%.1f'/>\n",
                  kTop, kBottom, px, px) +
           drawText(px, kBottom + 16, "middle", x.label(tick));
  }
  svg += drawText((kLeft + kRight) / 2, kHeight - 8, "middle", chart.xTitle) +
         drawText(4, kTop - 14, "start", chart.yTitle);
  std::string legend;
  for (size_t i = 0; i < chart.series.size(); ++i) {
    const char *colour = kColours[i % std::size(kColours)];
    svg += drawSeries(chart.series[i], colour, x, y);
    legend += format("<span style='color:%s'>&#9679;</span> ", colour) +
              escape(chart.series[i].name) + " &emsp;";
  }
  return "<figure>\n<figcaption>" + escape(chart.title) + "<br>" + legend +
         "</figcaption>\n" + svg + "</svg>\n</figure>\n";
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

static std::string drawTable(const std::string &tsv) {
  std::string html = "<div class='wide'><table>\n<tr><td>";
  for (char c : tsv)
    if (c == '\t')
      html += "<td>";
    else if (c == '\n')
      html += "</tr>\n<tr><td>";
    else
      html += escape(std::string(1, c));
  // The last line has ended, too.
  html.resize(html.size() - std::string("<tr><td>").size());
  return html + "</table></div>\n";
}

std::string aligned::formatPage(const Json &json) {
  std::string html =
      "<!doctype html>\n<meta charset='utf-8'>\n"
      "<meta name='viewport' content='width=device-width'>\n"
      "<title>Decode attention: time, bytes, errors</title>\n"
      "<style>:root{color-scheme:light dark}body{font:14px sans-serif;"
      "max-width:70em;margin:1em auto;padding:0 1em}svg{width:100%;"
      "max-width:640px}svg text{font:12px sans-serif;fill:currentColor}"
      ".grid{stroke:currentColor;opacity:.2}figure{margin:1em 0}"
      ".wide{overflow-x:auto}td{text-align:right;padding:2px 8px;"
      "white-space:nowrap}td:nth-child(-n+4){text-align:left}</style>\n"
      "<h1>Decode attention: time, bytes, errors</h1>\n<p>" +
      escape(json["device"].get<std::string>()) +
      format("; fastest read in the same run: %.1f GB/s.</p>\n",
             json["peak_read_gbs"].get<double>());
  html += "<h2>Time against context</h2>\n";
  for (const Chart &chart : chartTimes(json["results"]))
    html += draw(chart, /*xBase=*/2);
  html += "<h2>Error against time</h2>\n<p>Of a head's output against float64, "
          "relative to its norm.</p>\n";
  for (const Chart &chart : chartErrors(json["results"]))
    html += draw(chart, /*xBase=*/10);
  return html + "<h2>All figures</h2>\n" + drawTable(formatTsv(json));
}
