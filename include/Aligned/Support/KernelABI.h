//===- KernelABI.h - What compiled kernels and the runtime agree on -*- C++
//-*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel is a short sequence of phases. Each phase is one compiled function
// over a three-dimensional grid of independent items, the same on every
// target:
//
//   CPU     void symbol(const Params *params, int32_t x, int32_t y, int32_t z)
//   NVPTX   .entry symbol(Params by value), x, y, z = the block indices
//
// The phases of a kernel run in order, with everything that one wrote visible
// to the next. Inside a phase nothing synchronises, but in `sweep`. All
// pointers are addresses of the target. No LLVM in this file.
//
//   decode   prepare (rows, kv heads, sequences)    rotate and quantise q
//            score   (chunks, kv heads, sequences)  first-plane scores of a
//                                                   chunk and their partial
//                                                   log-sum-exp
//            estimate (rows, kv heads, sequences)   of `ieee` planes: the
//                                                   output's exponents; left
//                                                   out at a budget of `full`
//            attend  (chunks, kv heads, sequences)  tiers from the whole
//                                                   log-sum-exp, K refined, V
//                                                   read, partial output
//            sweep   (blocks, 1, 1)                 `score` and `attend` in one
//                                                   launch; GPUs only, where
//                                                   the package has it
//            merge   (rows, kv heads, sequences)    chunks added in order,
//                                                   rotated back, report
//            certify (1, kv heads, sequences)       whether the bound is met,
//                                                   or what budget to go on
//                                                   with; CPUs only, as the
//                                                   last row of a GPU's `merge`
//                                                   does the same
//            extend  (2, kv heads, sequences)       a step's rows of K (x = 0)
//                                                   and V (x = 1) to planes,
//                                                   and lengths += tokens; GPUs
//                                                   only
//            pack    (2, kv heads, sequences)       the same for many rows
//   append   append  (1, kv heads, sequences)       rows to planes, K or V
//   advance  advance (1, 1, sequences)              lengths += tokens
//   unpack   unpack  (pages, kv heads, sequences)   planes to rows
//
// `sweep` takes the place of `score` and `attend` where its blocks are resident
// together (a cooperative launch) and have a warp for every chunk of a
// sequence: warps wait for each other. Any number of blocks gives the same
// bits.
//
// On a GPU, blocks of `merge` may have any number of whole warps up to what its
// package says: the same bits. Kernels that the package says overlap may be
// launched so that they begin while the launch before them ends: they wait for
// it themselves, and before that touch nothing that a decode writes.
//
// A decode with `certify` set repeats what is between `prepare` and `certify`
// kCertifyRounds times; groups that are done do nothing in the rounds left. Any
// kernel of a CPU can do that; one of a GPU if its problem is `certified`.
//
// How a sequence is cut into chunks depends on its own length alone, and so
// does what is summed with what: see chunkTokens().
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_SUPPORT_KERNELABI_H
#define ALIGNED_SUPPORT_KERNELABI_H

#include "Aligned/Support/PageLayout.h"
#include "Aligned/Support/Precision.h"

#include <cstddef>
#include <cstdint>

namespace aligned {

/// Most positions of one item of the phases `score` and `attend`; on a CPU, all
/// items have as many.
constexpr int64_t kChunkTokens = 256;
constexpr int64_t kChunkPages = kChunkTokens / kPageTokens;

/// Query rows of a group that are few: what a chunk leaves for `merge` is small
/// beside what it reads.
constexpr int64_t kFewRows = 4;

/// Chunks of a GPU are shorter where a sequence is: a device needs work for all
/// of its warps, and a long chunk takes long. Sequences of up to `few`
/// positions, or `many` where rows are more than few, have chunks of up to
/// `tokens`.
struct ChunkSize {
  int64_t few, many, tokens;
  constexpr int64_t length(int64_t groupRows) const {
    return groupRows <= kFewRows ? few : many;
  }
};
constexpr ChunkSize kChunkSizes[] = {{1024, 1024, 64}, {4096, 2048, 128}};

/// More rows than this share a chunk of at most one page on a GPU: their scores
/// have to fit shared memory.
constexpr int64_t kRowsOfLongChunks = 8;

/// Positions of a chunk of a sequence of `length` on a GPU.
constexpr int64_t chunkTokens(int64_t length, int64_t groupRows) {
  int64_t most = groupRows <= kRowsOfLongChunks ? kChunkTokens : kPageTokens;
  for (ChunkSize size : kChunkSizes)
    if (length <= size.length(groupRows) && size.tokens < most)
      return size.tokens;
  return most;
}

/// Most query rows a sequence that count as decoding.
constexpr int64_t kMaxQueryRows = 8;

/// `certified<e>`: the largest budget that is tried before everything is read,
/// and how many rounds there are with that one.
constexpr float kCertifiedLastBudget = 24.0f;
constexpr int kCertifyRounds = 4;

/// Extra bits asked for while a score is known to four bits only.
constexpr float kFirstPlaneMargin = 2.0f;

/// Bits of the status word of a sequence. They stay set until the sequence is
/// freed.
enum StatusBits : uint32_t {
  kStatusOverflow = 1u, ///< An append went beyond the reserved capacity.
  kStatusNonFinite = 2u ///< A row with a NaN or an infinity was stored.
};

/// Planes of one operand (K or V) of one layer. A page of sequence slot s,
/// kv head h and position t starts at
///   pages + pageTable[s * tableStride + t / kPageTokens] * pageStride
///         + h * headStride.
struct PlanesView {
  uint8_t *pages;
  int64_t pageStride; ///< bytes
  int64_t headStride; ///< bytes
  const int32_t *pageTable;
  int64_t tableStride; ///< entries
};

/// What became of `certified<e>`: HeadReport.certificate.
enum Certificate : int32_t {
  kNotAsked = 0,      ///< the precision was another
  kCertified = 1,     ///< the bound is at most e times |o|
  kReadEverything = 2 ///< it is not, and every plane has been read
};

/// What a decode says of one query head and row. Absolute errors are 2-norms
/// over the channels of the output before it is rounded to its own type.
/// Of `ieee` planes, keyRows counts the channels of K that were read to 8, 12
/// and 16 bits (of every row), and valueRows the rows of V.
struct HeadReport {
  float logSumExp;      ///< nats; -inf where no token is visible
  float norm;           ///< |o|
  float estimate;       ///< statistical estimate of |o - o*|
  float bound;          ///< |o - o*| is at most this
  int32_t visible;      ///< N: positions within length, window, causal limit
  int32_t keyRows[3];   ///< rows of the group's K read to 4, 8, 16 bits
  int32_t valueRows[3]; ///< rows of the group's V read to 0, 8, 16 bits
  int32_t certificate;  ///< Certificate
  int64_t planeBytes;   ///< bytes of planes fetched for the head's whole group,
                        ///< in all rounds
  int64_t bytes;        ///< all cache bytes fetched for the group: planes,
                        ///< scales, centres, page table, mask
};
static_assert(sizeof(HeadReport) == 64, "one report is 64 bytes");

/// Statistics of one chunk and row, from `attend` to `merge`. Weights are
/// relative to the chunk's own maximum: u_t = exp2(s_t - max). Norms are
/// 2-norms. `betaT` is the bound of the error of s_t in nats, `var` its
/// variance by the statistical model; see docs/rule.md.
struct ChunkStats {
  float max;      ///< max s_t, log2 domain; -inf: nothing visible
  float sum;      ///< sum u_t
  float sumBeta;  ///< sum u_t exp(beta_t)
  float sumBetaV; ///< sum u_t exp(beta_t) |v_t - c|max
  float sumV;     ///< sum u_t |v_t - c|max
  float maxV;     ///< max |v_t - c|max
  float sumRead;  ///< sum u_t |v_t - v_t(read)|max
  float variance; ///< sum u_t^2 (var_t (|v_t - m_j|^2 + |m_j - c|^2) +
                  ///< |v_t - v_t(read)|^2)
  float spread;   ///< sum u_t^2 var_t, to meet |c - o|^2
  int32_t visible;
  int32_t keyRows[3];
  int32_t valueRows[3];
};
static_assert(sizeof(ChunkStats) == 64, "statistics are 64 bytes");

/// Numbers about one rotated query row, from `prepare`.
struct QueryStats {
  float unit;       ///< y = unit * integer, may be negative; NaN: the row is
                    ///< not finite
  float absSum;     ///< sum |y_d|
  float sqrSum;     ///< sum y_d^2
  int32_t hasCarry; ///< whether some queryCarry is not 0
};

/// How far a group has come with `certified<e>`; one round without it.
struct GroupRounds {
  float budget;   ///< of the round that runs
  int32_t done;   ///< 1: nothing is left to do
  int32_t round;  ///< its number
  int32_t merged; ///< rows whose `excess` is there; 0 between rounds (GPU)
  int64_t planeBytes, bytes; ///< fetched in the rounds before
};
static_assert(sizeof(GroupRounds) == 32, "a group's rounds are 32 bytes");

/// Scratch memory of one decode, indexed [sequence][kv head] first. R = group
/// * rows, C = chunks, Dk and Dv the padded channels. Sizes: workspaceBytes().
struct DecodeWorkspace {
  int8_t *queryHigh;      ///< [R][Dk] q >> 8 of the 16-bit integers
  uint8_t *queryLow;      ///< [R][Dk] q & 255; where GPUs pack rows (see
                          ///< KeyTiles.h), a signed byte l, and
                          ///< q = 65536 queryCarry + 256 queryHigh + l; of
                          ///< `ieee` planes the bits that the row asks of each
                          ///< channel of K
  int8_t *queryCarry;     ///< [R][Dk] 1 where q >= 32640 (packed rows only)
  float *query;           ///< [R][Dk] y = rotated q * scale * log2(e)
  QueryStats *queryStats; ///< [R]
  float *scores;          ///< [R][C * kChunkTokens] log2 domain
  float *firstMax;        ///< [C][R] of first-plane scores
  float *firstSum;        ///< [C][R] sum exp2(s - firstMax)
  ChunkStats *stats;      ///< [C][R]
  float *partial;         ///< [C][R][Dv] sum u_t v_t(read), rotated basis
  float *firstLogSum;     ///< [R] log-sum-exp of first-plane scores
  int32_t *arrived;       ///< [1] chunks whose firstMax and firstSum are there
                          ///< (zeroed by `prepare`)
  float *alignment;    ///< [R] of `ieee` planes: the exponent that a weight's
                       ///< own is compared with
  GroupRounds *rounds; ///< [1]; on a GPU where the problem is `certified`
  float *excess;       ///< [R] what the bound is too large by: 0 where it is
                       ///< met; on a GPU where the problem is `certified`
  int32_t *firstItem;  ///< [sequences + 1] chunks of all heads of the
                       ///< sequences before this one (GPU)
};

/// Parameters of the four phases of a decode. Strides count elements; the
/// channel stride of q and o is 1. Row r of a group is head r / rows, query
/// row r % rows.
struct DecodeParams {
  const void *query;
  int64_t queryStride[4]; ///< sequence, kv head, head of the group, query row
  void *output;
  int64_t outputStride[4];
  float *logSumExp;       ///< [sequence][kv head][R], nats; may be null
  HeadReport *report;     ///< [sequence][kv head][R]; may be null
  const void *mask;       ///< element type says the problem; null without mask
  int64_t maskStride[5];  ///< as queryStride, then token
  const void *sinks;      ///< logits that join the denominator; null without
  int64_t sinksStride[2]; ///< kv head, head of the group
  PlanesView key;
  PlanesView value;
  const int32_t *slots;   ///< [sequences] slot in page tables and lengths
  const int32_t *lengths; ///< [slot] positions stored
  DecodeWorkspace work;
  float scale;
  float budget; ///< of the first round
  int32_t sequences;
  int32_t kvHeads;
  int32_t maxChunks; ///< C: grid size and stride of the workspace
  float certify;     ///< e: the bound is to be at most e |o|; 0: as it comes,
                     ///< in one round
};

/// Parameters of `append`: rows of K or of V, one call for each.
struct AppendParams {
  const void *rows;
  int64_t rowStride[4]; ///< sequence, kv head, token, channel; elements
  PlanesView planes;
  const int32_t *slots;
  const int32_t *lengths;  ///< [slot] where the rows go; not advanced here
  const int32_t *capacity; ///< [slot] positions reserved
  uint32_t *status;        ///< [slot] StatusBits
  int32_t sequences;
  int32_t kvHeads;
  int32_t tokens; ///< rows for each sequence
  int32_t reserved;
};

/// Parameters of `advance`, which follows the appends of K and of V: the
/// lengths of the layer move on, or the status says why not.
struct AdvanceParams {
  const int32_t *slots;
  int32_t *lengths;
  const int32_t *capacity;
  uint32_t *status;
  int32_t sequences;
  int32_t tokens;
};

/// Parameters of `extend` and of `pack`: appends of K and of V, which have the
/// slots, lengths, capacity, status and counts in common, and the advance
/// behind them.
struct ExtendParams {
  AppendParams key, value;
  int32_t *lengths; ///< those of `key`
  int32_t *arrived; ///< [slot] blocks that are done; 0 between launches
};

/// Most rows of a sequence that `extend` is for. `pack` takes any number.
constexpr int64_t kMaxExtendRows = kMaxQueryRows;

/// Parameters of `unpack`: what planes say, as rows.
struct UnpackParams {
  void *rows;
  int64_t rowStride[4]; ///< sequence, kv head, token, channel; elements
  PlanesView planes;
  const int32_t *slots;
  const int32_t *lengths;
  int32_t sequences;
  int32_t kvHeads;
};

} // namespace aligned

#endif // ALIGNED_SUPPORT_KERNELABI_H
