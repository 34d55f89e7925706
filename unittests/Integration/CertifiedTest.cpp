//===- CertifiedTest.cpp - certified<e> on every device, end to end -------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceTest.h"

#include <cmath>

using namespace aligned::test;

namespace {
class CertifiedTest : public DeviceTest {};

/// Sequences whose attention is from flat to sharp.
struct Batch {
  Batch(const std::string &device, const Shape &shape, int64_t kvHeads,
        const std::vector<int64_t> &lengths)
      : engine(device, shape, kvHeads, lengths.size(), lengths[0]) {
    for (size_t i = 0; i < lengths.size(); ++i) {
      rows.push_back(
          makeRows(shape, 1, kvHeads, lengths[i], 0.1 + 2.5 * i, 60 + i));
      sequences.push_back(engine.newSequence(lengths[0]));
      engine.append({sequences[i]}, rows[i].key, rows[i].value, lengths[i]);
      queries.insert(queries.end(), rows[i].query.begin(), rows[i].query.end());
    }
  }

  Engine engine;
  std::vector<int64_t> sequences;
  std::vector<Rows> rows;
  Floats queries;
};
} // namespace

ALIGNED_INSTANTIATE_DEVICES(CertifiedTest);

static Shape certifiedShape() {
  Shape shape;
  shape.group = 4;
  shape.headDim = 128;
  shape.precision = "certified<1e-2>";
  return shape;
}

/// Longest first.
static const std::vector<int64_t> kLengths = {3000, 1500, 700, 129};

/// The bound holds; it is at most e |o|, or everything was read, and the report
/// says which. Both happen.
TEST_P(CertifiedTest, MeetsItsErrorOrReadsEverything) {
  Shape shape = certifiedShape();
  int64_t kvHeads = 2, group = kvHeads * shape.group, d = shape.headDim;
  Batch batch(device(), shape, kvHeads, kLengths);
  int met = 0, everything = 0;
  for (float limit : {0.5f, 0.05f, 1e-2f, 1e-6f}) {
    SCOPED_TRACE(limit);
    Answer answer =
        batch.engine.decodeCertified(batch.sequences, batch.queries, limit);
    for (size_t s = 0; s < kLengths.size(); ++s) {
      const Rows &rows = batch.rows[s];
      std::vector<double> exact = exactAttention(
          shape, kvHeads, kLengths[s], rows.query, rows.key, rows.value);
      Floats output(answer.output.begin() + s * group * d,
                    answer.output.begin() + (s + 1) * group * d);
      for (int64_t i = 0; i < group; ++i) {
        SCOPED_TRACE(testing::Message() << "sequence " << s << " head " << i);
        const AlignedHeadReport &report = answer.reports[s * group + i];
        double norm = 0;
        for (int64_t c = 0; c < d; ++c)
          norm += std::pow(exact[i * d + c], 2);
        EXPECT_LE(relativeError(output, exact, i * d, d) * std::sqrt(norm),
                  report.bound * 1.0001);
        if (report.certificate == ALIGNED_CERTIFIED) {
          ++met;
          EXPECT_LE(report.bound, double(limit) * report.norm);
          continue;
        }
        ++everything;
        ASSERT_EQ(report.certificate, ALIGNED_READ_EVERYTHING);
        EXPECT_EQ(report.keyRows[2], report.visible);
        EXPECT_EQ(report.valueRows[2], report.visible);
      }
    }
  }
  EXPECT_GT(met, 0);
  EXPECT_GT(everything, 0);
}

/// A budget can be given to a certified kernel, and one that is not says what
/// it lacks.
TEST_P(CertifiedTest, TakesBudgetsToo) {
  Shape shape = certifiedShape(), plain = shape;
  plain.precision = "budget<12>";
  int64_t kvHeads = 2;
  Batch certified(device(), shape, kvHeads, kLengths),
      other(device(), plain, kvHeads, kLengths);
  Answer a =
      certified.engine.decode(certified.sequences, certified.queries, 12);
  Answer b = other.engine.decode(other.sequences, other.queries, 12);
  EXPECT_EQ(a.output, b.output);
  EXPECT_EQ(a.reports[0].certificate, ALIGNED_NOT_ASKED);
  EXPECT_EQ(a.reports[0].bytes, b.reports[0].bytes);
}

TEST_P(CertifiedTest, SameBitsFromRunToRun) {
  Shape shape = certifiedShape();
  Batch batch(device(), shape, 2, kLengths);
  Answer first =
      batch.engine.decodeCertified(batch.sequences, batch.queries, 0.05f);
  for (int run = 0; run < 20; ++run)
    ASSERT_EQ(
        batch.engine.decodeCertified(batch.sequences, batch.queries, 0.05f)
            .output,
        first.output);
}

TEST(CertifiedOnCpuAndGpuTest, Agree) {
  if (!hasDevice("cuda"))
    GTEST_SKIP() << "no GPU here";
  Shape shape = certifiedShape();
  int64_t d = shape.headDim;
  Batch cpu("cpu", shape, 2, kLengths), gpu("cuda", shape, 2, kLengths);
  for (float limit : {0.5f, 0.05f, 1e-2f, 1e-6f}) {
    SCOPED_TRACE(limit);
    Answer a = cpu.engine.decodeCertified(cpu.sequences, cpu.queries, limit);
    Answer b = gpu.engine.decodeCertified(gpu.sequences, gpu.queries, limit);
    std::vector<double> reference(a.output.begin(), a.output.end());
    for (size_t i = 0; i < a.reports.size(); ++i) {
      EXPECT_EQ(a.reports[i].certificate, b.reports[i].certificate);
      // A tier that flips within 1e-3 of its threshold moves one row by a unit
      // of its last digit.
      EXPECT_LT(relativeError(b.output, reference, i * d, d), 1e-4);
      EXPECT_NEAR(double(b.reports[i].bytes) / a.reports[i].bytes, 1, 2e-3);
    }
  }
}
