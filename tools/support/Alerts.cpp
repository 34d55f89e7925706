//===- Alerts.cpp - What figures must stay within -------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Alerts.h"

#include "Tool.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <getopt.h>

using namespace aligned;

bool Alert::holds(double value) const {
  if (relation == "<")
    return value < limit;
  if (relation == "<=")
    return value <= limit;
  return relation == ">" ? value > limit : value >= limit;
}

Alert aligned::parseAlert(const std::string &text) {
  auto refuse = [&](const std::string &why) {
    fatal("--alert='" + text + "': " + why +
          "; expected [RESULT:]FIGURE<LIMIT, or with <=, > or >=, as in "
          "'error.p99<5e-3' or 'budget<12>:fraction<0.4'");
  };
  Alert alert;
  alert.text = text;
  // Names of results have relations in them, those of figures have not.
  size_t colon = text.rfind(':');
  std::string condition = text;
  if (colon != std::string::npos) {
    alert.result = text.substr(0, colon);
    condition = text.substr(colon + 1);
    if (alert.result.empty())
      refuse("no result is named before ':'");
  }
  size_t at = condition.find_first_of("<>");
  if (at == std::string::npos)
    refuse("there is no relation in it");
  alert.figure = condition.substr(0, at);
  if (alert.figure.empty())
    refuse("no figure is named");
  size_t length = condition.compare(at + 1, 1, "=") == 0 ? 2 : 1;
  alert.relation = condition.substr(at, length);
  const std::string limit = condition.substr(at + length);
  char *end = nullptr;
  alert.limit = std::strtod(limit.c_str(), &end);
  if (limit.empty() || *end != '\0' || !std::isfinite(alert.limit))
    refuse("the limit '" + limit + "' is not a number");
  return alert;
}

void aligned::parseAlerts(int argc, char **argv, std::vector<Alert> &alerts) {
  alerts.push_back(parseAlert(optarg));
  // Names of files have no relations in them.
  for (; optind < argc && std::strpbrk(argv[optind], "<>"); ++optind) {
    if (argv[optind][0] == '-')
      break; // another option, as --precision=budget<12>
    alerts.push_back(parseAlert(argv[optind]));
  }
}

static std::string join(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

static bool isOf(const Alert &alert, const Result &result) {
  return alert.result.empty() || alert.result == result.name ||
         alert.result == result.name.substr(0, result.name.find(','));
}

/// Leaves: an alert that is of nothing holds nobody to anything.
[[noreturn]] static void failOnFigure(const Alert &alert,
                                      const Result &result) {
  std::vector<std::string> names;
  for (const auto &figure : result.figures)
    names.push_back(figure.first);
  fatal("--alert='" + alert.text + "': " + result.name + " has no figure '" +
        alert.figure + "'; it has " + join(names));
}

static std::string describe(const Alert &alert, const Result &result,
                            double value) {
  char number[32];
  std::snprintf(number, sizeof(number), "%.4g", value);
  std::string limit = alert.text.substr(alert.text.rfind(alert.relation));
  return result.name + ": " + alert.figure + " is " + number + ", expected " +
         limit;
}

std::vector<std::string>
aligned::findViolations(const std::vector<Alert> &alerts,
                        const std::vector<Result> &results) {
  std::vector<std::string> violations;
  for (const Alert &alert : alerts) {
    // Not all results have all figures: plain attention reads no planes.
    const Result *lacking = nullptr;
    bool any = false;
    for (const Result &result : results) {
      if (!isOf(alert, result))
        continue;
      const double *value = result.find(alert.figure);
      any |= value != nullptr;
      if (!value)
        lacking = lacking ? lacking : &result;
      else if (!alert.holds(*value))
        violations.push_back(describe(alert, result, *value));
    }
    if (!any && lacking)
      failOnFigure(alert, *lacking);
    if (!any) {
      std::vector<std::string> names;
      for (const Result &result : results)
        names.push_back(result.name);
      fatal("--alert='" + alert.text + "': there is no result '" +
            alert.result + "'; there are " + join(names));
    }
  }
  return violations;
}

void aligned::enforceAlerts(const std::vector<Alert> &alerts,
                            const std::vector<Result> &results) {
  std::vector<std::string> violations = findViolations(alerts, results);
  if (violations.empty())
    return;
  std::fflush(stdout);
  for (const std::string &violation : violations)
    std::fprintf(stderr, "%s: alert: %s\n", toolName, violation.c_str());
  std::exit(1);
}
