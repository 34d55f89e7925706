//===- Domain.cpp - The iteration domain of an attention
//----------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Domain.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace aligned::recognition;

static Domain::Dims range(unsigned begin, unsigned end) {
  return llvm::to_vector(llvm::seq(begin, end));
}

Domain::Dims Domain::ofQuery() const {
  Dims dims = range(0, m() + 1);
  dims.push_back(k1());
  return dims;
}
Domain::Dims Domain::ofKey() const {
  Dims dims = range(0, numBatch);
  dims.append({n(), k1()});
  return dims;
}
Domain::Dims Domain::ofValue() const {
  Dims dims = range(0, numBatch);
  dims.append({n(), k2()});
  return dims;
}
Domain::Dims Domain::ofOutput() const {
  Dims dims = range(0, m() + 1);
  dims.push_back(k2());
  return dims;
}
Domain::Dims Domain::ofScores() const { return range(0, n() + 1); }
Domain::Dims Domain::ofSinks() const { return range(0, m()); }

//===----------------------------------------------------------------------===//
// Roles
//===----------------------------------------------------------------------===//

namespace {
using AxisSet = llvm::SetVector<Axis *>;

/// Sorts axes; all indices here are resolved.
class Arrangement {
public:
  explicit Arrangement(const AttentionDescriptor &attention);
  std::optional<Domain> run(std::string &reason);

private:
  static AxisSet axesOf(ArrayRef<Digits> indices);
  bool sortByUse(std::string &reason);
  void sortRows();
  /// Whether `inner` follows `outer` wherever either is used.
  bool areOne(Axis *outer, Axis *inner) const;
  SmallVector<Digits> merge(const AxisSet &axes) const;
  void addUnitBatches(Domain &domain) const;
  AxisSet findHeads() const;
  bool isHeadsOfOneRow(Axis *axis) const;

  const AttentionDescriptor &attention;
  Indices query, key, value, output, keyAsContracted;
  Digits tokens, keyChannels;
  AxisSet batch, rows, group, m, k2;
};
} // namespace

Arrangement::Arrangement(const AttentionDescriptor &attention)
    : attention(attention) {
  const Axes &axes = attention.terms->axes;
  query = axes.resolveAll(attention.query.indices);
  key = axes.resolveAll(attention.key.indices);
  value = axes.resolveAll(attention.value.indices);
  output = axes.resolveAll(attention.output.indices);
  keyAsContracted = axes.resolveAll(attention.keyAsContracted);
  tokens = axes.resolve(attention.tokens);
  keyChannels = axes.resolve(attention.keyChannels);
}

AxisSet Arrangement::axesOf(ArrayRef<Digits> indices) {
  AxisSet axes;
  for (const Digits &digits : indices)
    axes.insert(digits.begin(), digits.end());
  return axes;
}

bool Arrangement::sortByUse(std::string &reason) {
  AxisSet inQuery = axesOf(query), inKey = axesOf(key), inValue = axesOf(value),
          inOutput = axesOf(output);
  AxisSet all = inKey;
  for (const AxisSet &axes : {inValue, inQuery, inOutput})
    all.insert(axes.begin(), axes.end());
  auto refuse = [&](const char *why) {
    reason = why;
    return false;
  };
  for (Axis *axis : all) {
    bool q = inQuery.contains(axis), k = inKey.contains(axis),
         v = inValue.contains(axis), o = inOutput.contains(axis);
    if (llvm::is_contained(tokens, axis)        ? q || !k || !v || o
        : llvm::is_contained(keyChannels, axis) ? !q || !k || v || o
                                                : !o)
      return refuse("query, key or value is indexed by its tokens or channels "
                    "in a way that no attention is");
    if (llvm::is_contained(tokens, axis) ||
        llvm::is_contained(keyChannels, axis))
      continue;
    if (q && k && v)
      batch.insert(axis);
    else if (q && !k && !v)
      rows.insert(axis);
    else if (!q && !k && v)
      k2.insert(axis);
    else
      return refuse("query, key and value do not agree on which heads they "
                    "share");
  }
  return true;
}

/// The query's own axes that are heads for certain: along which K was expanded,
/// or sinks differ, or that are one dimension with channels or with kv heads.
AxisSet Arrangement::findHeads() const {
  AxisSet heads = axesOf(keyAsContracted);
  if (attention.sinks)
    for (Axis *axis : rows)
      if (attention.terms->dependsOn(attention.sinks, axis))
        heads.insert(axis);
  // [sequences * rows, ..] is a dimension as well, of the outer batch axis.
  Axis *kvHeads = batch.empty() ? nullptr : batch.back();
  auto isChannel = [&](Axis *axis) {
    return k2.contains(axis) || llvm::is_contained(keyChannels, axis);
  };
  for (const Indices *indices : {&query, &output})
    for (const Digits &digits : *indices) {
      const auto *channels = llvm::find_if(digits, isChannel);
      const auto *at = std::find(digits.begin(), channels, kvHeads);
      if (at != channels)
        heads.insert(at + 1, channels);
      else if (channels != digits.end() && channels != digits.begin())
        heads.insert(channels[-1]);
    }
  return heads;
}

/// Whether the only axis of the query's own is one of heads, in a decode of
/// [sequences, heads, channels] over [sequences, tokens, channels] that leaves
/// the single row out: K and V have one head, and neither mask nor size speak
/// of rows.
bool Arrangement::isHeadsOfOneRow(Axis *axis) const {
  Terms &terms = *attention.terms;
  if (batch.size() > 1 || ShapedType::isDynamic(axis->size) ||
      axis->size == countPositions(tokens) ||
      (attention.mask && terms.dependsOn(attention.mask, axis)))
    return false;
  if (batch.empty())
    return true;
  Axis *sequences = batch.front();
  const auto *at = llvm::find(query, Digits{sequences});
  return at != query.end() && at + 1 != query.end() && at[1] == Digits{axis} &&
         !(attention.sinks && terms.dependsOn(attention.sinks, sequences));
}

/// Parts the query's own axes into heads of a group and query rows. Both mean
/// the same to the attention; what differs is how a kernel groups its work.
void Arrangement::sortRows() {
  AxisSet heads = findHeads();
  SmallVector<Axis *> alone;
  Axis *afterHeads = nullptr, *previous = nullptr;
  for (Axis *axis : axesOf(query)) {
    if (rows.contains(axis) && heads.contains(axis)) {
      group.insert(axis);
    } else if (rows.contains(axis)) {
      alone.push_back(axis);
      if (previous && batch.contains(previous))
        afterHeads = axis;
    }
    if (rows.contains(axis) || batch.contains(axis))
      previous = axis;
  }
  // [b, t, kvh, g, d] as well as [b, kvh, g, t, d]: the group follows the
  // heads, if there are two candidates.
  if (alone.size() > 1) {
    Axis *head = afterHeads ? afterHeads : alone.front();
    group.insert(head);
    llvm::erase(alone, head);
  } else if (alone.size() == 1 && group.empty() &&
             isHeadsOfOneRow(alone.front())) {
    group.insert(alone.pop_back_val());
  }
  m.insert(alone.begin(), alone.end());
  // Rows of an image, say: all but the innermost are one more group.
  for (SmallVector<Digits> dims = merge(m); dims.size() > 1;
       dims.erase(dims.begin()))
    for (Axis *axis : dims.front()) {
      group.insert(axis);
      m.remove(axis);
    }
}

bool Arrangement::areOne(Axis *outer, Axis *inner) const {
  std::pair<const Indices *, bool> uses[] = {
      {&query, attention.query.computed},
      {&key, attention.key.computed},
      {&value, attention.value.computed},
      {&output, false}};
  for (auto [indices, isComputed] : uses) {
    if (isComputed) { // laid out as is best
      AxisSet used = axesOf(*indices);
      if (used.contains(outer) != used.contains(inner))
        return false;
      continue;
    }
    for (const Digits &digits : *indices) {
      const auto *at = llvm::find(digits, outer);
      bool hasInner = llvm::is_contained(digits, inner);
      if (at == digits.end() ? hasInner
                             : at + 1 == digits.end() || at[1] != inner)
        return false;
    }
  }
  return true;
}

SmallVector<Digits> Arrangement::merge(const AxisSet &axes) const {
  SmallVector<Digits> merged;
  for (Axis *axis : axes) {
    if (!merged.empty() && areOne(merged.back().back(), axis))
      merged.back().push_back(axis);
    else
      merged.push_back({axis});
  }
  return merged;
}

/// A cache [1, heads, tokens, channels] has one sequence, one of [sequences,
/// tokens, 1, channels] one head: without saying so, the heads of the first
/// would pass for sequences.
void Arrangement::addUnitBatches(Domain &domain) const {
  auto countUnits = [](ArrayRef<Digits> indices) {
    return llvm::count_if(indices,
                          [](const Digits &digits) { return digits.empty(); });
  };
  unsigned units = std::min(countUnits(key), countUnits(value));
  while (domain.numBatch < 2 && units-- > 0) {
    const auto *firstUnit =
        llvm::find_if(key, [](const Digits &digits) { return digits.empty(); });
    const auto *firstBatch = llvm::find_if(key, [&](const Digits &digits) {
      return !digits.empty() && batch.contains(digits.front());
    });
    bool inFront = domain.numBatch == 0 || firstUnit < firstBatch;
    domain.dims.insert(domain.dims.begin() + (inFront ? 0 : 1), Digits());
    ++domain.numBatch;
  }
}

std::optional<Domain> Arrangement::run(std::string &reason) {
  if (!sortByUse(reason))
    return std::nullopt;
  sortRows();
  Domain domain;
  domain.dims = merge(batch);
  domain.numBatch = domain.dims.size();
  addUnitBatches(domain);
  SmallVector<Digits> groups = merge(group);
  domain.numGroup = groups.size();
  llvm::append_range(domain.dims, groups);
  AxisSet n(tokens.begin(), tokens.end());
  AxisSet k1(keyChannels.begin(), keyChannels.end());
  std::pair<const AxisSet *, const char *> single[] = {
      {&m, "query rows"},
      {&n, "tokens"},
      {&k1, "channels of query and key"},
      {&k2, "channels of value and output"}};
  for (auto [axes, name] : single) {
    SmallVector<Digits> merged = merge(*axes);
    if (merged.size() > 1) {
      reason = std::string("the ") + name + " lie along several dimensions";
      return std::nullopt;
    }
    domain.dims.push_back(merged.empty() ? Digits() : merged.front());
  }
  return domain;
}

std::optional<Domain>
aligned::recognition::arrange(const AttentionDescriptor &attention,
                              std::string &reason) {
  return Arrangement(attention).run(reason);
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

/// The dimensions of the domain that `digits` are made of.
static std::optional<SmallVector<unsigned, 2>>
segment(const Domain &domain, ArrayRef<Axis *> digits) {
  SmallVector<unsigned, 2> dims;
  while (!digits.empty()) {
    const auto *dim = llvm::find_if(domain.dims, [&](const Digits &axes) {
      return !axes.empty() && digits.take_front(axes.size()) == ArrayRef(axes);
    });
    if (dim == domain.dims.end())
      return std::nullopt;
    dims.push_back(dim - domain.dims.begin());
    digits = digits.drop_front(dim->size());
  }
  return dims;
}

std::optional<Layout> aligned::recognition::layOut(const Domain &domain,
                                                   const Axes &axes,
                                                   const Access &access,
                                                   ArrayRef<unsigned> allowed,
                                                   bool complete) {
  Layout layout;
  llvm::SetVector<unsigned> used;
  for (const Digits &digits : axes.resolveAll(access.indices)) {
    std::optional<SmallVector<unsigned, 2>> dims = segment(domain, digits);
    if (!dims)
      return std::nullopt;
    for (unsigned dim : *dims)
      if (!llvm::is_contained(allowed, dim) || !used.insert(dim))
        return std::nullopt;
    layout.push_back(*dims);
  }
  SmallVector<unsigned> units;
  for (unsigned dim : allowed)
    if (domain.dims[dim].empty())
      units.push_back(dim);
    else if (complete && !used.contains(dim))
      return std::nullopt;
  for (auto &dims : layout)
    if (dims.empty() && !units.empty()) {
      dims.push_back(units.front());
      units.erase(units.begin());
    }
  if (complete && !units.empty()) {
    if (layout.empty())
      return std::nullopt;
    layout.front().insert(layout.front().begin(), units.begin(), units.end());
  }
  return layout;
}
