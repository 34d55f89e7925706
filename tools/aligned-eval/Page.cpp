//===- Page.cpp - An evaluation as a page with plots ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Page.h"

#include "Statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>

using namespace aligned;

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
    else if (c == '>')
      safe += "&gt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  return safe;
}

namespace {

/// A plot with a logarithmic y axis, as SVG.
class Plot {
public:
  /// The y axis covers whole powers of ten around `low` and `high`.
  Plot(double left, double right, double low, double high)
      : left(left), right(right), bottom(std::floor(std::log10(low))),
        top(std::ceil(std::log10(high))) {
    top = std::max(top, bottom + 1);
  }

  double x(double value) const {
    return kLeft + (value - left) / (right - left) * kWidth;
  }
  double y(double value) const {
    double share = (std::log10(value) - bottom) / (top - bottom);
    return kTop + (1 - share) * kHeight;
  }
  void line(double x0, double y0, double x1, double y1, const char *style) {
    body += format("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' %s/>\n", x0,
                   y0, x1, y1, style);
  }
  void text(double x, double y, const char *anchor, const std::string &what) {
    body += format("<text x='%.1f' y='%.1f' text-anchor='%s'>", x, y, anchor) +
            escape(what) + "</text>\n";
  }
  void dot(double x, double y, const char *colour) {
    body +=
        format("<circle cx='%.1f' cy='%.1f' r='4' fill='%s'/>\n", x, y, colour);
  }
  /// Lines and labels of the y axis.
  void drawGrid() {
    for (int power = static_cast<int>(bottom); power <= top; ++power) {
      double height = y(std::pow(10, power));
      line(kLeft, height, kLeft + kWidth, height, "stroke='#ddd'");
      text(kLeft - 6, height + 4, "end", format("1e%d", power));
    }
  }
  std::string svg() const {
    return "<svg viewBox='0 0 640 360' width='640' height='360'>\n" + body +
           "</svg>\n";
  }

  static constexpr double kLeft = 60, kTop = 20, kWidth = 560, kHeight = 290;

private:
  double left, right, bottom, top;
  std::string body;
};

} // namespace

/// Least and largest error, to scale the axes; at least 1e-12, for logarithms.
static std::pair<double, double>
errorRange(const Subject &subject,
           const std::vector<Measurements> &measurements) {
  double low = mean(subject.kernelError), high = low;
  for (const Measurements &m : measurements) {
    low = std::min(low, quantile(m.error, 0));
    high = std::max(high, quantile(m.error, 1));
  }
  return {std::max(low, 1e-12), std::max(high, 1e-12)};
}

/// Mean and p99 against the share of the planes that was read.
static std::string plotTradeOff(const Subject &subject,
                                const std::vector<Measurements> &measurements) {
  auto [low, high] = errorRange(subject, measurements);
  Plot plot(0, 1, low, high);
  plot.drawGrid();
  for (int percent = 0; percent <= 100; percent += 20)
    plot.text(plot.x(percent / 100.0), Plot::kTop + Plot::kHeight + 18,
              "middle", format("%d %%", percent));
  double kernel = plot.y(mean(subject.kernelError));
  plot.line(plot.x(0), kernel, plot.x(1), kernel,
            "stroke='#888' stroke-dasharray='4'");
  plot.text(plot.x(0) + 4, kernel - 4, "start",
            subject.cacheType + " kernel, mean");
  for (const Measurements &m : measurements) {
    double at = plot.x(fraction(m));
    double average = plot.y(std::max(mean(m.error), 1e-12)),
           tail = plot.y(std::max(quantile(m.error, .99), 1e-12));
    plot.line(at, average, at, tail, "stroke='#999'");
    plot.dot(at, average, "#06c");
    plot.dot(at, tail, "#c60");
    plot.text(at + (fraction(m) > 0.9 ? -8 : 8), average + 4,
              fraction(m) > 0.9 ? "end" : "start", m.precision.name);
  }
  return plot.svg();
}

/// Share of heads whose error is below a value, one curve a precision.
static std::string plotSpread(const Subject &subject,
                              const std::vector<Measurements> &measurements) {
  auto [low, high] = errorRange(subject, measurements);
  Plot plot(0, 1, low, high);
  plot.drawGrid();
  for (int percent = 0; percent <= 100; percent += 20)
    plot.text(plot.x(percent / 100.0), Plot::kTop + Plot::kHeight + 18,
              "middle", format("%d %%", percent));
  for (const Measurements &m : measurements) {
    double previous = 0;
    for (int i = 0; i <= 100; ++i) {
      double height = plot.y(std::max(quantile(m.error, i / 100.0), 1e-12));
      if (i)
        plot.line(plot.x((i - 1) / 100.0), previous, plot.x(i / 100.0), height,
                  "stroke='#06c'");
      previous = height;
    }
    plot.text(plot.x(0.5), plot.y(std::max(median(m.error), 1e-12)) - 5,
              "middle", m.precision.name);
  }
  return plot.svg();
}

static std::string formatRow(const Measurements &m) {
  return "<tr><td>" + escape(m.precision.name) +
         format("<td>%.2e<td>%.2e<td>%.2e<td>%.2e<td>%.2e<td>%.2f<td>%.2f"
                "<td>%.1f %%<td>%.2f<td>%lld<td>%.0f<td>%.1f</tr>\n",
                mean(m.error), median(m.error), quantile(m.error, .99),
                quantile(m.error, 1), mean(m.errorRounded), mean(m.keyBits),
                mean(m.valueBits), fraction(m) * 100, median(m.estimateRatio),
                static_cast<long long>(m.boundViolated), mean(m.bytes),
                median(m.microseconds));
}

std::string aligned::formatPage(const Subject &subject,
                                const std::vector<Measurements> &measurements) {
  std::string rows;
  for (const Measurements &m : measurements)
    rows += formatRow(m);
  return "<!doctype html>\n<meta charset='utf-8'>\n<title>Error against bytes "
         "read</title>\n<style>body{font:14px sans-serif;max-width:70em;"
         "margin:2em auto}svg text{font:12px sans-serif}td,th{text-align:right;"
         "padding:2px 8px}td:first-child{text-align:left}</style>\n"
         "<h1>Error against bytes read</h1>\n<p>" +
         escape(subject.file) +
         format(": %lld layers, %lld tokens, ",
                static_cast<long long>(subject.layers),
                static_cast<long long>(subject.tokens)) +
         subject.cacheType + " cache, on " + escape(subject.device) +
         ". Errors are those of a head's output against float64, relative to "
         "its norm.</p>\n<table>\n<tr><th>precision<th>mean<th>median<th>p99"
         "<th>max<th>mean as " +
         subject.cacheType +
         "<th>K bits<th>V bits<th>fraction<th>estimate / true<th>beyond bound"
         "<th>bytes<th>time, us</tr>\n" +
         rows +
         "</table>\n<h2>Mean (blue) and p99 (orange) against the share of the "
         "planes that was read</h2>\n" +
         plotTradeOff(subject, measurements) +
         "<h2>Error that a share of the heads stays below</h2>\n" +
         plotSpread(subject, measurements);
}
