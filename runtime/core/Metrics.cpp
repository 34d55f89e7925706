//===- Metrics.cpp - What a device has done, in numbers -------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "aligned-c/Metrics.h"

#include "Batch.h"

#include <cmath>
#include <cstring>

using namespace aligned;

void Metrics::reset() {
  std::lock_guard<std::mutex> lock(mutex);
  counters = Counters();
}

Counters Metrics::read() const {
  std::lock_guard<std::mutex> lock(mutex);
  return counters;
}

void Metrics::addDecodeCall(bool isGpu, double seconds) {
  if (!isEnabled())
    return;
  if (!isGpu) {
    addDecode(seconds);
    return;
  }
  std::lock_guard<std::mutex> lock(mutex);
  counters.launch.add(static_cast<float>(seconds));
}

void Metrics::addDecode(double seconds) {
  std::lock_guard<std::mutex> lock(mutex);
  counters.decode.add(static_cast<float>(seconds));
}

void Metrics::addAppend(int64_t tokens, double seconds) {
  std::lock_guard<std::mutex> lock(mutex);
  counters.append.add(static_cast<float>(seconds));
  counters.appendedTokens += static_cast<uint64_t>(tokens);
}

/// Bytes of the planes of a row that is read to each tier: K to 4, 8 and 16
/// bits, V to 0, 8 and 16.
static void findTierBytes(const PageLayout &layout, uint64_t (&bytes)[3]) {
  int64_t sum = 0;
  int tier = layout.role == PlaneRole::Key ? 0 : 1;
  for (int plane = 0; plane < layout.numPlanes(); ++plane) {
    sum += layout.rowBytes(plane);
    bytes[tier + plane] = static_cast<uint64_t>(sum);
  }
}

void Metrics::addReports(const PageLayout (&layouts)[2],
                         const HeadReport *reports, int64_t groups,
                         int64_t rows) {
  uint64_t tierBytes[2][3] = {};
  uint64_t fullBytes = 0;
  for (int role : {0, 1}) {
    findTierBytes(layouts[role], tierBytes[role]);
    fullBytes += tierBytes[role][2];
  }
  std::lock_guard<std::mutex> lock(mutex);
  ++counters.reportedDecodes;
  for (int64_t group = 0; group < groups; ++group) {
    // All heads of a group say the same of what was read for it.
    const HeadReport &shared = reports[group * rows];
    // Of `ieee` planes, tiers of K are of channels: they have no rows to count.
    if (layouts[0].isIEEE())
      counters.fullBytes += static_cast<uint64_t>(shared.visible) * fullBytes;
    for (int tier = 0; tier < 3 && !layouts[0].isIEEE(); ++tier)
      for (int role : {0, 1}) {
        auto count = static_cast<uint64_t>(role ? shared.valueRows[tier]
                                                : shared.keyRows[tier]);
        counters.rows[role][tier] += count;
        counters.planeBytes[role][tier] += count * tierBytes[role][tier];
        // Once for each row: K and V have the same.
        if (role == 0)
          counters.fullBytes += count * fullBytes;
      }
    counters.bytes += static_cast<uint64_t>(shared.bytes);
    for (int64_t row = 0; row < rows; ++row) {
      const HeadReport &head = reports[group * rows + row];
      if (!std::isfinite(head.norm)) {
        ++counters.nonFiniteHeads;
      } else if (head.norm > 0) {
        counters.estimate.add(head.estimate / head.norm);
        counters.bound.add(head.bound / head.norm);
      }
    }
  }
}

//===----------------------------------------------------------------------===//
// C interface
//===----------------------------------------------------------------------===//

AlignedError alignedMetricsFormat(AlignedDevice device,
                                  AlignedMetricsFormat format, char *text,
                                  size_t capacity, size_t *size) {
  return guarded([&]() -> Error {
    if (!device || !size || (!text && capacity))
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedMetricsFormat: a pointer is null");
    if (format != ALIGNED_METRICS_JSON && format != ALIGNED_METRICS_PROMETHEUS)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedMetricsFormat: there is no format ",
                       static_cast<int>(format));
    const std::string all =
        format == ALIGNED_METRICS_JSON
            ? formatJson(device->description, device->metrics)
            : formatPrometheus(device->description, device->metrics);
    if (capacity) {
      size_t length = std::min(all.size(), capacity - 1);
      std::memcpy(text, all.data(), length);
      text[length] = '\0';
    }
    *size = all.size();
    return nullptr;
  });
}

AlignedError alignedMetricsRecord(AlignedBatch batch,
                                  const AlignedHeadReport *reports,
                                  double seconds) {
  return guarded([&]() -> Error {
    if (!batch)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedMetricsRecord: a pointer is null");
    if (!batch->cache)
      return makeError(ALIGNED_INVALID_ARGUMENT,
                       "alignedMetricsRecord: the cache of the batch has been "
                       "destroyed");
    if (batch->kernel->device->isGpu())
      batch->record(reports, seconds);
    return nullptr;
  });
}

void alignedMetricsEnable(AlignedDevice device, int enable) {
  device->metrics.enable(enable != 0);
}

void alignedMetricsReset(AlignedDevice device) { device->metrics.reset(); }
