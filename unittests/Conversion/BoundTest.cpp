//===- BoundTest.cpp - Reported bounds against attention in double --------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Properties of what a decode says about itself, over random and adversarial
// rows: the bound is never violated, and `certified<e>` meets e or has read
// everything. Prints how the statistical estimate compares with the error.
//
//===----------------------------------------------------------------------===//

#include "../Support/CompiledKernels.h"
#include "../Support/KernelScene.h"
#include "../Support/Vectors.h"

#include "gtest/gtest.h"

#include <map>

using namespace aligned;
using namespace aligned::test;
using reference::Row;

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

namespace {
/// The rows of one kv head.
struct Head {
  std::vector<Row> &keys, &values, &queries;
  std::mt19937 &random;

  float normal() { return std::normal_distribution<float>()(random); }
  size_t anyToken() { return random() % keys.size(); }
  template <typename Change> void each(std::vector<Row> &rows, Change change) {
    for (Row &row : rows)
      for (size_t d = 0; d < row.size(); ++d)
        row[d] = change(row[d], d);
  }
};

struct Input {
  const char *name;
  void (*shape)(Head);
};
} // namespace

static void scale(std::vector<Row> &rows, float factor) {
  for (Row &row : rows)
    for (float &value : row)
      value *= factor;
}

static const Input kInputs[] = {
    {"random", [](Head) {}},
    {"one huge channel of K",
     [](Head head) {
       size_t channel = head.random() % head.keys[0].size();
       head.each(head.keys, [&](float value, size_t d) {
         return d == channel ? 300 + 20 * value : value;
       });
     }},
    {"one huge channel of V",
     [](Head head) {
       size_t channel = head.random() % head.values[0].size();
       head.each(head.values, [&](float value, size_t d) {
         return d == channel ? 300 + 20 * value : value;
       });
     }},
    {"one huge token",
     [](Head head) {
       size_t token = head.anyToken();
       for (float &value : head.keys[token])
         value *= 100;
       for (float &value : head.values[token])
         value *= 1000;
     }},
    {"denormals",
     [](Head head) {
       // Of f16 and, for some rows, of f32 (with bf16 rows) too.
       scale(head.keys, 1e-6f);
       scale(head.values, 1e-6f);
       for (size_t t = 0; t < head.keys.size(); t += 3)
         for (float &value : head.values[t])
           value *= 1e-33f;
     }},
    {"flat", [](Head head) { scale(head.queries, 1e-3f); }},
    {"sharply peaked", [](Head head) { scale(head.queries, 20); }},
    {"repeated keys",
     [](Head head) {
       for (Row &row : head.keys)
         row = head.keys[0];
     }},
    {"repeated rows",
     [](Head head) {
       for (size_t t = 1; t < head.keys.size(); ++t) {
         head.keys[t] = head.keys[0];
         head.values[t] = head.values[0];
       }
     }},
    {"cancelling values",
     [](Head head) {
       // Pairs of tokens with the same key and opposite values.
       for (size_t t = 1; t < head.keys.size(); t += 2) {
         head.keys[t] = head.keys[t - 1];
         for (size_t d = 0; d < head.values[t].size(); ++d)
           head.values[t][d] = -head.values[t - 1][d];
       }
     }},
    {"zeros",
     [](Head head) {
       scale(head.keys, 0);
       for (size_t t = 0; t < head.values.size(); t += 2)
         for (float &value : head.values[t])
           value = 0;
     }},
    {"drifting channels",
     [](Head head) {
       for (size_t t = 0; t < head.keys.size(); ++t)
         for (size_t d = 0; d < head.keys[t].size(); ++d)
           head.keys[t][d] += 8 * std::sin(0.01f * float(t * (d % 7)));
     }},
};

/// Rows of the shape's types, changed as the input says.
static void apply(const Input &input, Scene &scene, unsigned seed) {
  std::mt19937 random(seed);
  for (size_t s = 0; s < scene.lengths.size(); ++s)
    for (int64_t h = 0; h < Scene::kHeads; ++h) {
      Head head{scene.keys[s][h], scene.values[s][h], scene.queries[s][h],
                random};
      input.shape(head);
      for (auto [rows, type] : {std::pair(&head.keys, &scene.shape.cache),
                                std::pair(&head.values, &scene.shape.cache),
                                std::pair(&head.queries, &scene.shape.query)})
        for (Row &row : *rows)
          for (float &value : row)
            value = Element{*type}.round(value);
    }
}

//===----------------------------------------------------------------------===//
// The properties
//===----------------------------------------------------------------------===//

/// One token, the edge of a page, and more than two chunks.
static const std::vector<int32_t> kLengths = {1, 128, 600};

namespace {
/// Float64 attention over the rows of a scene.
class Exact {
public:
  explicit Exact(const Scene &scene) : scene(scene) {
    for (size_t s = 0; s < scene.lengths.size(); ++s)
      for (int64_t h = 0; h < Scene::kHeads; ++h)
        outputs.push_back(reference::exact(scene.problem(s, h),
                                           scene.keys[s][h], scene.values[s][h])
                              .outputs);
  }
  /// Calls body(exact output, output, report) for every row of every head.
  template <typename Body> void forEachRow(Body body) const {
    for (size_t s = 0; s < scene.lengths.size(); ++s)
      for (int64_t h = 0; h < Scene::kHeads; ++h)
        for (int64_t r = 0; r < scene.shape.groupRows(); ++r) {
          SCOPED_TRACE("length " + std::to_string(scene.lengths[s]) +
                       ", head " + std::to_string(h) + ", row " +
                       std::to_string(r));
          body(outputs[s * Scene::kHeads + h][r], scene.output(s, h, r),
               scene.report(s, h, r));
        }
  }

private:
  const Scene &scene;
  std::vector<std::vector<std::vector<double>>> outputs;
};
} // namespace

namespace {
/// Estimates over errors, of each input and precision; printed when all tests
/// are done.
class Ratios : public testing::Environment {
public:
  void add(const char *input, const std::string &precision, double ratio) {
    ratios[{input, precision}].push_back(ratio);
  }
  void TearDown() override {
    if (ratios.empty())
      return;
    std::printf("estimate / error\n%-24s %-12s %9s %9s %9s %7s\n", "input",
                "precision", "p5", "median", "p95", "heads");
    for (auto &[key, list] : ratios) {
      std::sort(list.begin(), list.end());
      auto at = [&list = list](double q) {
        return list[size_t(q * (list.size() - 1))];
      };
      std::printf("%-24s %-12s %9.2g %9.2g %9.2g %7zu\n", key.first.c_str(),
                  key.second.c_str(), at(.05), at(.5), at(.95), list.size());
    }
  }

private:
  std::map<std::pair<std::string, std::string>, std::vector<double>> ratios;
};
} // namespace

/// GoogleTest owns it.
static Ratios &ratios() {
  static auto *instance =
      static_cast<Ratios *>(testing::AddGlobalTestEnvironment(new Ratios));
  return *instance;
}
static Ratios &ratiosFromTheStart = ratios();

static std::string precisionName(const Shape &shape, float budget) {
  bool isIEEE = shape.encoding == "ieee";
  if (budget == kFullBudget)
    return isIEEE ? "full, ieee" : "full";
  return isIEEE ? "paper" : "budget<" + std::to_string(int(budget)) + ">";
}

/// What there is to a precision but `certified`.
static std::vector<float> budgetsOf(const Shape &shape) {
  if (shape.encoding == "ieee")
    return {kPaperBudget, kFullBudget};
  return {0, 4, 8, 10, 12, 16, kFullBudget};
}

class Bound : public testing::TestWithParam<Shape> {};

/// Every precision, every input: |o - o*| is at most the bound.
TEST_P(Bound, IsNeverViolated) {
  CompiledKernels kernels(GetParam().kernels());
  for (const Input &input : kInputs) {
    SCOPED_TRACE(input.name);
    Scene scene(GetParam(), kLengths);
    apply(input, scene, 5);
    scene.fill(kernels);
    Exact attention(scene);
    for (float budget : budgetsOf(GetParam())) {
      SCOPED_TRACE("budget " + std::to_string(budget));
      scene.budget = budget;
      scene.decode(kernels);
      attention.forEachRow([&](const std::vector<double> &exact,
                               const std::vector<float> &output,
                               const HeadReport &report) {
        double error = distance(output, exact);
        EXPECT_LE(error, report.bound);
        EXPECT_EQ(report.certificate, kNotAsked);
        if (error > 1e-6 * norm(exact))
          ratiosFromTheStart.add(input.name, precisionName(GetParam(), budget),
                                 report.estimate / error);
      });
    }
  }
}

class Certified : public testing::TestWithParam<Shape> {};

/// The bound is at most e relative to the output, or everything was read, and
/// the report says which. Both happen.
TEST_P(Certified, MeetsItsErrorOrReadsEverything) {
  CompiledKernels kernels(GetParam().kernels());
  int met = 0, everything = 0;
  for (const Input &input : kInputs) {
    SCOPED_TRACE(input.name);
    Scene scene(GetParam(), kLengths);
    apply(input, scene, 6);
    scene.fill(kernels);
    Exact attention(scene);
    for (float limit : {0.5f, 0.05f, 1e-2f, 1e-3f, 1e-9f}) {
      SCOPED_TRACE("certified " + std::to_string(limit));
      scene.certify = limit;
      scene.decode(kernels);
      attention.forEachRow([&](const std::vector<double> &exact,
                               const std::vector<float> &output,
                               const HeadReport &report) {
        EXPECT_LE(distance(output, exact), report.bound);
        if (report.certificate == kCertified) {
          ++met;
          EXPECT_LE(report.bound, double(limit) * report.norm);
          return;
        }
        ++everything;
        ASSERT_EQ(report.certificate, kReadEverything);
        EXPECT_GT(report.bound, double(limit) * (1 - 1e-5) * report.norm);
        EXPECT_EQ(report.keyRows[2], report.visible);
        EXPECT_EQ(report.valueRows[2], report.visible);
      });
    }
  }
  EXPECT_GT(met, 0);
  EXPECT_GT(everything, 0);
}

static std::vector<Shape> shapes() {
  std::vector<Shape> all(1);
  auto add = [&](auto change) {
    Shape shape;
    change(shape);
    all.push_back(shape);
  };
  add([](Shape &s) { s.keyDim = s.valueDim = 128, s.group = 4; });
  add([](Shape &s) { s.keyDim = 80, s.valueDim = 48, s.group = 3; });
  add([](Shape &s) { s.query = "f32", s.cache = "f16", s.group = 2; });
  add([](Shape &s) { s.keyDim = s.valueDim = 256, s.cache = "f16"; });
  add([](Shape &s) {
    s.keyDim = s.valueDim = 32, s.group = 2, s.sinks = "f32";
  });
  return all;
}

static std::string nameOf(const testing::TestParamInfo<Shape> &info) {
  const Shape &s = info.param;
  return "k" + std::to_string(s.keyDim) + "v" + std::to_string(s.valueDim) +
         "g" + std::to_string(s.group) + s.query + s.cache +
         (s.sinks == "none" ? "" : "sinks");
}

static std::vector<Shape> paperShapes() {
  std::vector<Shape> all(2);
  for (Shape &shape : all)
    shape.query = shape.cache = "f16", shape.encoding = "ieee";
  all[1].keyDim = all[1].valueDim = 128;
  all[1].group = 4;
  return all;
}

INSTANTIATE_TEST_SUITE_P(Shapes, Bound, testing::ValuesIn(shapes()), nameOf);
INSTANTIATE_TEST_SUITE_P(PaperShapes, Bound, testing::ValuesIn(paperShapes()),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Shapes, Certified, testing::ValuesIn(shapes()),
                         nameOf);

/// A group that meets its error early does not read on because another one in
/// the batch has to; what is read in all rounds is counted.
TEST(Certified, RoundsBelongToTheirGroup) {
  Shape shape;
  CompiledKernels kernels(shape.kernels());
  Scene scene(shape, {900, 900});
  // Sharp attention of the first sequence, flat of the second.
  for (auto &head : scene.queries[0])
    scale(head, 20);
  for (auto &head : scene.queries[1])
    scale(head, 1e-2f);
  scene.fill(kernels);
  scene.budget = kCertifiedFirstBudget;
  scene.decode(kernels);
  auto ratio = [&](int64_t s) {
    return scene.report(s, 0, 0).bound / scene.report(s, 0, 0).norm;
  };
  // Between the two: one is as it should be at once, the other is not.
  int64_t tight = ratio(0) < ratio(1) ? 0 : 1, loose = 1 - tight;
  scene.certify = std::sqrt(ratio(0) * ratio(1));
  HeadReport first[] = {scene.report(0, 0, 0), scene.report(1, 0, 0)};
  std::vector<float> output = scene.output(tight, 0, 0);
  scene.decode(kernels);
  EXPECT_EQ(scene.report(tight, 0, 0).certificate, kCertified);
  EXPECT_EQ(scene.report(tight, 0, 0).bytes, first[tight].bytes);
  EXPECT_EQ(scene.output(tight, 0, 0), output);
  // The first round, and at least as much again.
  EXPECT_GE(scene.report(loose, 0, 0).planeBytes, 2 * first[loose].planeBytes);
}
