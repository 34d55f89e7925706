//===- Summary.cpp - Table and JSON of an evaluation ----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Summary.h"

#include "Statistics.h"

#include <cstdio>
#include <nlohmann/json.hpp>

using namespace aligned;

void aligned::printTable(const Subject &subject,
                         const std::vector<Measurements> &measurements) {
  std::printf("%s: %lld layers, %lld tokens, %s cache, on %s\n",
              subject.file.c_str(), static_cast<long long>(subject.layers),
              static_cast<long long>(subject.tokens), subject.cacheType.c_str(),
              subject.device.c_str());
  std::printf("relative error of a head's output against float64; f32 output, "
              "then its mean as %s\n",
              subject.cacheType.c_str());
  std::printf("%-12s %9s %9s %9s %9s %9s %6s %6s %8s %9s %7s %10s %9s\n",
              "precision", "mean", "median", "p99", "max",
              ("as " + subject.cacheType).c_str(), "K bits", "V bits",
              "fraction", "est/true", "beyond", "bytes", "time_us");
  for (const Measurements &m : measurements)
    std::printf("%-12s %9.2e %9.2e %9.2e %9.2e %9.2e %6.2f %6.2f %7.1f%% "
                "%9.2f %7lld %10.0f %9.1f\n",
                m.precision.name.c_str(), mean(m.error), median(m.error),
                quantile(m.error, .99), quantile(m.error, 1),
                mean(m.errorRounded), mean(m.keyBits), mean(m.valueBits),
                fraction(m) * 100, median(m.estimateRatio),
                static_cast<long long>(m.boundViolated), mean(m.bytes),
                median(m.microseconds));
  const std::vector<double> &kernel = subject.kernelError;
  std::printf("%-12s %9s %9s %9s %9s %9.2e  p99 %.2e: weights and output "
              "rounded, in float64 otherwise\n",
              (subject.cacheType + " kernel").c_str(), "", "", "", "",
              mean(kernel), quantile(kernel, .99));
}

static nlohmann::ordered_json describe(const std::vector<double> &errors) {
  return {{"mean", mean(errors)},
          {"median", median(errors)},
          {"p99", quantile(errors, .99)},
          {"max", quantile(errors, 1)}};
}

std::string aligned::formatJson(const Subject &subject,
                                const std::vector<Measurements> &measurements) {
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  for (const Measurements &m : measurements)
    results.push_back(
        {{"precision", m.precision.name},
         {"error", describe(m.error)},
         {"error_rounded", describe(m.errorRounded)},
         {"bits", {{"k", mean(m.keyBits)}, {"v", mean(m.valueBits)}}},
         {"fraction", fraction(m)},
         {"bytes", mean(m.bytes)},
         {"estimate_ratio", median(m.estimateRatio)},
         {"bound_violated", m.boundViolated},
         {"tokens", subject.tokens},
         {"time_us", median(m.microseconds)}});
  nlohmann::ordered_json json = {
      {"file", subject.file},
      {"device", subject.device},
      {"cache", subject.cacheType},
      {"layers", subject.layers},
      {"kernel_16_bit", {{"error", describe(subject.kernelError)}}},
      {"results", results}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}
