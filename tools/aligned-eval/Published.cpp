//===- Published.cpp - AlignedKV's own tables -----------------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The publication judges products that a decode does not give out, so they are
// computed here, from the model that kernels are tested against. V is weighed
// with exact weights: each product has its own errors alone.
//
//===----------------------------------------------------------------------===//

#include "Published.h"

#include "Elements.h"
#include "PaperModel.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <random>

using namespace aligned;

namespace {

/// Bits that are kept of an element: those of the tiers, and of numbers that
/// are cut off.
enum Kept { kTier8, kTier12, kTier16, kCut13, kCut12, kNumKept };

int tierOf(int bits) {
  return bits == 8 ? kTier8 : bits == 12 ? kTier12 : kTier16;
}

/// A bf16 number leaves three bits of an f16 empty, which cutting off would
/// cost nothing: one of the numbers that it may be the rounding of.
double unround(double number, std::mt19937 &random) {
  if (number == 0)
    return 0;
  double share = static_cast<double>(random()) / 4294967296.0 - 0.5;
  return number + share * std::ldexp(1, std::ilogb(number) - 7);
}

/// K or V of one head, in every form.
struct Rows {
  Rows(const RecordedRows &rows, int64_t head, const std::string &type)
      : channels(rows.channels) {
    int64_t count = rows.tokens * rows.channels;
    std::vector<double> numbers;
    toDoubles(type, rows.bits.data(), head * count, count, numbers);
    std::mt19937 random(static_cast<unsigned>(head));
    for (double number : numbers) {
      if (type == "bf16")
        number = unround(number, random);
      forms[kTier8].push_back(paper::prefix(number, 8));
      forms[kTier12].push_back(paper::prefix(number, 12));
      forms[kTier16].push_back(paper::prefix(number, 16));
      forms[kCut13].push_back(paper::truncated(number, 13));
      forms[kCut12].push_back(paper::truncated(number, 12));
    }
  }
  double at(int form, int64_t token, int64_t channel) const {
    return forms[form][token * channels + channel];
  }
  std::vector<int> exponents(int64_t tokens) const {
    return paper::channelExponents(
        [&](size_t t, size_t d) { return at(kTier16, t, d); }, 0, tokens,
        channels);
  }

  int64_t channels;
  std::array<std::vector<float>, kNumKept> forms;
};

/// How relative errors spread.
class Spread {
public:
  void add(double value, double exact) {
    double error = std::fabs(value - exact);
    ++counts[0];
    if (error == 0)
      return void(++counts[1]);
    double relative = error / std::fabs(exact);
    int bin = 2;
    for (double limit = 1.0 / 1024; bin < 6 && relative >= limit; limit *= 2)
      ++bin;
    ++counts[bin];
  }
  void print(const char *what, const char *how) const {
    std::printf("%-5s %-34s", what, how);
    for (int bin = 1; bin <= 6; ++bin)
      std::printf(" %7.2f %%", 100.0 * static_cast<double>(counts[bin]) /
                                   static_cast<double>(counts[0]));
    std::printf("\n");
  }

private:
  std::array<int64_t, 7> counts{}; ///< all, none, then by size
};

/// Bits of elements: K's channels or V's rows.
struct Bits {
  void add(const std::vector<int> &bits) {
    for (int count : bits)
      ++tiers[tierOf(count)];
  }
  void print(const char *what, const char *how) const {
    double all = static_cast<double>(tiers[0] + tiers[1] + tiers[2]);
    auto share = [&](int tier) {
      return 100 * static_cast<double>(tiers[tier]) / all;
    };
    double mean = (8 * share(0) + 12 * share(1) + 16 * share(2)) / 100;
    std::printf("%-5s %-34s %7.2f   %7.1f %% %7.1f %% %7.1f %%\n", what, how,
                mean, share(0), share(1), share(2));
  }
  std::array<int64_t, 3> tiers{};
};

/// As published, each query head decides; grouped, the heads that share K and V
/// decide together.
enum Who { kAlone, kTogether, kNumWho };
constexpr const char *kWho[] = {"paper, each query head alone",
                                "paper, heads of a group together"};

class Tables {
public:
  explicit Tables(const Recording &recording) : recording(recording) {}

  void run() {
    for (const RecordedLayer &layer : recording.layers)
      for (int64_t head = 0; head < layer.key.heads; ++head) {
        Rows keys(layer.key, head, recording.cacheType);
        Rows values(layer.value, head, recording.cacheType);
        for (int64_t position = 0; position < layer.positions; ++position)
          addGroup(layer, head, position, keys, values);
      }
  }

  void print() const {
    std::printf("%-5s %-34s %7s   %9s %9s %9s\n", "", "read of an element",
                "bits", "8", "12", "16");
    for (int who = 0; who < kNumWho; ++who)
      keyBits[who].print("K", kWho[who]);
    for (int who = 0; who < kNumWho; ++who)
      valueBits[who].print("V", kWho[who]);
    std::printf("\n%-5s %-34s %9s %9s %9s %9s %9s %9s\n", "",
                "relative error of an element", "0", "< 1/1024", "< 1/512",
                "< 1/256", "< 1/128", "more");
    for (auto [what, spreads] :
         {std::pair("q K^T", &scores), std::pair("w V", &outputs)}) {
      for (int who = 0; who < kNumWho; ++who)
        (*spreads)[who].print(what, kWho[who]);
      (*spreads)[kNumWho].print(what, "cut off after 13 bits");
      (*spreads)[kNumWho + 1].print(what, "cut off after 12 bits");
    }
  }

private:
  using Spreads = std::array<Spread, kNumWho + 2>;

  static std::vector<int> larger(std::vector<int> a,
                                 const std::vector<int> &b) {
    for (size_t i = 0; i < a.size(); ++i)
      a[i] = std::max(a[i], b[i]);
    return a;
  }

  /// The query heads of one kv head, at one position.
  void addGroup(const RecordedLayer &layer, int64_t head, int64_t position,
                const Rows &keys, const Rows &values) {
    int64_t tokens = layer.key.tokens - layer.positions + position + 1;
    std::vector<int> keyExponents = keys.exponents(tokens),
                     valueExponents = values.exponents(tokens);
    std::vector<std::vector<int>> channels, rows;
    std::vector<std::vector<double>> exact, weights;
    std::vector<int> allChannels(keys.channels, 8), allRows(tokens, 8);
    for (int64_t g = 0; g < layer.group(); ++g) {
      const float *query = queryOf(layer, head, position, g);
      channels.push_back(
          paper::channelBits([&](size_t d) { return query[d]; }, keyExponents));
      exact.push_back(
          score(query, keys, tokens, [](int64_t) { return kTier16; }));
      weights.push_back(
          softmax(exact.back(), 1 / std::sqrt(double(keys.channels))));
      int alignment = paper::alignment(
          weights.back(),
          [&](size_t t, size_t d) { return values.at(kTier16, t, d); },
          valueExponents);
      rows.emplace_back();
      for (double weight : weights.back())
        rows.back().push_back(paper::rowBits(alignment, weight));
      allChannels = larger(allChannels, channels.back());
      allRows = larger(allRows, rows.back());
    }
    for (int64_t g = 0; g < layer.group(); ++g) {
      const float *query = queryOf(layer, head, position, g);
      addScores(query, keys, exact[g], {channels[g], allChannels});
      addOutputs(weights[g], values, {rows[g], allRows});
    }
  }

  static const float *queryOf(const RecordedLayer &layer, int64_t head,
                              int64_t position, int64_t g) {
    return &layer.query[(position * layer.queryHeads + head * layer.group() +
                         g) *
                        layer.key.channels];
  }

  template <typename FormOf>
  static std::vector<double> score(const float *query, const Rows &keys,
                                   int64_t tokens, FormOf formOf) {
    std::vector<double> scores(tokens, 0.0);
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t d = 0; d < keys.channels; ++d)
        scores[t] += query[d] * double(keys.at(formOf(d), t, d));
    return scores;
  }

  static std::vector<double> softmax(std::vector<double> scores, double scale) {
    double largest = *std::max_element(scores.begin(), scores.end()), sum = 0;
    for (double &score : scores)
      sum += score = std::exp((score - largest) * scale);
    for (double &score : scores)
      score /= sum;
    return scores;
  }

  void addScores(const float *query, const Rows &keys,
                 const std::vector<double> &exact,
                 const std::array<std::vector<int>, kNumWho> &bits) {
    auto add = [&](Spread &spread, auto formOf) {
      std::vector<double> found =
          score(query, keys, static_cast<int64_t>(exact.size()), formOf);
      for (size_t t = 0; t < exact.size(); ++t)
        spread.add(found[t], exact[t]);
    };
    for (int who = 0; who < kNumWho; ++who) {
      keyBits[who].add(bits[who]);
      add(scores[who], [&](int64_t d) { return tierOf(bits[who][d]); });
    }
    add(scores[kNumWho], [](int64_t) { return kCut13; });
    add(scores[kNumWho + 1], [](int64_t) { return kCut12; });
  }

  void addOutputs(const std::vector<double> &weights, const Rows &values,
                  const std::array<std::vector<int>, kNumWho> &bits) {
    auto weigh = [&](auto formOf) {
      std::vector<double> output(values.channels, 0.0);
      for (size_t t = 0; t < weights.size(); ++t)
        for (int64_t d = 0; d < values.channels; ++d)
          output[d] += weights[t] * double(values.at(formOf(t), t, d));
      return output;
    };
    std::vector<double> exact = weigh([](size_t) { return kTier16; });
    auto add = [&](Spread &spread, auto formOf) {
      std::vector<double> found = weigh(formOf);
      for (size_t d = 0; d < exact.size(); ++d)
        spread.add(found[d], exact[d]);
    };
    for (int who = 0; who < kNumWho; ++who) {
      valueBits[who].add(bits[who]);
      add(outputs[who], [&](size_t t) { return tierOf(bits[who][t]); });
    }
    add(outputs[kNumWho], [](size_t) { return kCut13; });
    add(outputs[kNumWho + 1], [](size_t) { return kCut12; });
  }

  const Recording &recording;
  std::array<Bits, kNumWho> keyBits, valueBits;
  Spreads scores, outputs;
};

} // namespace

void aligned::printPublished(const Recording &recording) {
  Tables tables(recording);
  tables.run();
  if (recording.cacheType == "bf16")
    std::printf(
        "K and V are bf16: each is one of the f16 numbers that round to "
        "it, at random; --narrow=f16 takes them as they are\n");
  tables.print();
}
