//===- Tiled.cpp - A recording, repeated to fill a shape ------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Workload.h"

#include "Continuation.h"
#include "Elements.h"
#include "Tool.h"

#include <algorithm>

using namespace aligned;

namespace {

/// One kv head of a recording, and the queries of its group.
struct RecordedHead {
  const RecordedLayer *layer;
  int64_t head;

  const uint16_t *row(const RecordedRows &rows, int64_t token) const {
    return &rows.bits[(head * rows.tokens + token) * rows.channels];
  }
  /// Query `index` of all positions, the last first: it sees most.
  const float *query(int64_t index) const {
    int64_t group = layer->group(),
            position = layer->positions - 1 - index / group % layer->positions;
    return &layer->query[(position * layer->queryHeads + head * group +
                          index % group) *
                         layer->key.channels];
  }
};

} // namespace

static std::vector<RecordedHead> listHeads(const Recording &recording) {
  std::vector<RecordedHead> heads;
  for (const RecordedLayer &layer : recording.layers)
    for (int64_t head = 0; head < layer.key.heads; ++head)
      heads.push_back({&layer, head});
  return heads;
}

/// Heads that are put side by side to have the channels of the shape.
static int64_t countParts(const Shape &shape, const Recording &recording) {
  const RecordedLayer &first = recording.layers.front();
  for (const RecordedLayer &layer : recording.layers)
    if (layer.key.channels != first.key.channels ||
        layer.value.channels != first.key.channels)
      fatal("layer " + layer.name +
            " of the recording has heads of other sizes: keys and values of "
            "all layers must have one number of channels to be tiled");
  if (shape.channels % first.key.channels != 0)
    fatal("shape " + shape.name() + ": its " + std::to_string(shape.channels) +
          " channels are no multiple of the recording's " +
          std::to_string(first.key.channels));
  return shape.channels / first.key.channels;
}

Workload aligned::tileRecording(const Shape &shape, const Recording &recording,
                                Beyond beyond) {
  int64_t parts = countParts(shape, recording);
  // The recording, of the length of each turn.
  std::vector<Recording> ofTurn(shape.turns(), recording);
  if (beyond == Beyond::Mix)
    for (int64_t turn = 0; turn < shape.turns(); ++turn)
      for (RecordedLayer &layer : ofTurn[turn].layers)
        layer = changeLength(layer, recording.cacheType, shape.lengths[turn]);
  Workload workload = {shape,
                       recording.cacheType,
                       beyond == Beyond::Mix ? "continued" : "recorded",
                       {},
                       {},
                       {}};
  for (int64_t i = 0; i < shape.sequences * shape.kvHeads; ++i) {
    int64_t sequence = i / shape.kvHeads;
    std::vector<RecordedHead> heads =
        listHeads(ofTurn[sequence % shape.turns()]);
    auto count = static_cast<int64_t>(heads.size());
    auto part = [&](int64_t p) { return heads[(i * parts + p) % count]; };
    // A head that comes again is asked other questions, while there are any.
    int64_t firstQuery = i * parts / count * shape.group();
    for (int64_t g = 0; g < shape.group(); ++g)
      for (int64_t p = 0; p < parts; ++p) {
        const float *query = part(p).query(firstQuery + g);
        std::transform(query, query + shape.channels / parts,
                       std::back_inserter(workload.query), [&](float number) {
                         return toBits16(workload.cacheType, number);
                       });
      }
    for (auto [rows, to] : {std::pair(&RecordedLayer::key, &workload.key),
                            std::pair(&RecordedLayer::value, &workload.value)})
      for (int64_t t = 0; t < shape.tokens(sequence); ++t)
        for (int64_t p = 0; p < parts; ++p) {
          const RecordedRows &from = part(p).layer->*rows;
          const uint16_t *row = part(p).row(from, t % from.tokens);
          to->insert(to->end(), row, row + from.channels);
        }
  }
  return workload;
}
