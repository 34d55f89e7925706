//===- Contraction.cpp - Q K^T, and the weighted sum of V
//---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionDescriptor.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace aligned::recognition;

static Term *stripCasts(Term *term) {
  while (term->isApply(Term::Cast))
    term = term->operands[0];
  return term;
}

/// Whether `digits` are neighbours along one dimension of an element's tensor.
bool Recognizer::isWhole(Term *element, ArrayRef<Axis *> digits) {
  Digits wanted = terms->axes.resolve(digits);
  for (const Digits &index : terms->axes.resolveAll(element->indices)) {
    const auto *at =
        std::search(index.begin(), index.end(), wanted.begin(), wanted.end());
    if (at != index.end())
      return true;
  }
  return wanted.empty();
}

/// The axes of a term, each as the index along a dimension of its own.
void Recognizer::collectAxes(Term *term, Indices &indices) {
  if (!term->is(Term::Apply))
    term = terms->peel(term, /*roundings=*/false);
  for (Term *operand : term->operands)
    collectAxes(operand, indices);
  for (const Digits &digits : term->indices) {
    const Span *span = getSpan(digits);
    for (Axis *axis : terms->axes.resolve(span ? span->positions : digits))
      if (!llvm::is_contained(indices, Digits{axis}))
        indices.push_back({axis});
  }
}

/// Whether an element's tensor says the same along one of its axes, as when
/// the computation of K was fused with its expansion to the query's heads.
bool Recognizer::isBroadcast(Term *element) {
  for (const Digits &digits : terms->axes.resolveAll(element->indices))
    for (Axis *axis : digits)
      if (!terms->dependsOn(element, axis))
        return true;
  return false;
}

Access Recognizer::getSource(Term *term, ArrayRef<Digits> whole,
                             SmallVectorImpl<Factor> *scale) {
  Term *source = nullptr;
  size_t scaleOfSource = scale ? scale->size() : 0;
  Term *factor = term;
  while (true) {
    bool isAll = llvm::none_of(term->indices, [](ArrayRef<Axis *> digits) {
      return getSpan(digits);
    });
    if (term->is(Term::Element) && isAll &&
        llvm::all_of(whole, [&](const Digits &digits) {
          return isWhole(term, digits);
        })) {
      source = term;
      scaleOfSource = scale ? scale->size() : 0;
    }
    if (Term *next = terms->peelOnce(term, /*roundings=*/false)) {
      term = next;
      continue;
    }
    Term *inner = term->is(Term::Element) ? terms->unfold(term) : term;
    inner = inner ? stripCasts(inner) : term;
    bool divides = inner->isApply(Term::Div);
    if (!scale || (!divides && !inner->isApply(Term::Mul)))
      break;
    int number = divides || terms->isUniform(inner->operands[1]) ? 1 : 0;
    if (!terms->isUniform(inner->operands[number]))
      break;
    scale->push_back({inner->operands[number], divides});
    term = inner->operands[1 - number];
  }
  if (scale)
    scale->truncate(scaleOfSource);
  Term *computed = factor;
  if (source) {
    computed = terms->unfold(source);
    if (!computed || !computed->is(Term::Apply) || !isBroadcast(source))
      return {source->value, source->indices};
  }
  Access access{{}, {}, computed};
  collectAxes(computed, access.indices);
  return access;
}

/// The factors of a product inside one body; uniform ones go to `scale`.
void Recognizer::collectFactors(Term *term, bool inverse,
                                SmallVectorImpl<Term *> &factors,
                                SmallVectorImpl<Factor> &scale) {
  term = stripCasts(term);
  if (terms->isUniform(term)) {
    if (!terms->isNumber(term, 1.0))
      scale.push_back({term, inverse});
    return;
  }
  bool divides = term->isApply(Term::Div);
  if (!inverse && (term->isApply(Term::Mul) ||
                   (divides && terms->isUniform(term->operands[1])))) {
    collectFactors(term->operands[0], false, factors, scale);
    collectFactors(term->operands[1], divides, factors, scale);
    return;
  }
  factors.push_back(term);
}

bool Recognizer::matchProducts(Term *reduction, AttentionDescriptor &result) {
  if (terms->getCombiner(reduction) != Combiner::Sum)
    return refuse("the scores are not a sum of products");
  if (!terms->isNumber(terms->getInit(reduction), 0.0))
    return refuse("the product of query and key does not start from zero");
  Indices loops;
  Digits channels;
  for (int64_t size : terms->getOpenSizes(reduction)) {
    loops.push_back(terms->axes.create(size));
    llvm::append_range(channels, loops.back());
  }
  Term *body = terms->instantiate(reduction, loops);
  if (!body)
    return refuse("the scores are not a sum of products");
  // A matrix times a vector is a product and a sum apart.
  body = stripCasts(body);
  if (body->is(Term::Element))
    body = terms->head(body);
  SmallVector<Term *> factors;
  collectFactors(body, false, factors, result.scale);
  if (factors.size() != 2)
    return refuse("the scores are not a sum of products of two tensors");
  int keySide = terms->dependsOn(factors[0], tokens) ? 0 : 1;
  if (!terms->dependsOn(factors[keySide], tokens) ||
      terms->dependsOn(factors[1 - keySide], tokens))
    return refuse("query and key cannot be told apart: not exactly one of "
                  "them depends on the token");
  result.keyAsContracted = factors[keySide]->indices;
  result.key = getSource(factors[keySide], {tokens, channels}, &result.scale);
  result.query = getSource(factors[1 - keySide], {channels}, &result.scale);
  result.keyChannels = channels;
  result.products = reduction->op;
  return true;
}

/// `product` is what the output sums over the tokens.
bool Recognizer::matchOutput(Term *product, ArrayRef<Term *> divisors,
                             AttentionDescriptor &result) {
  product = stripCasts(product);
  if (product->is(Term::Element))
    product = terms->head(product);
  if (!product->isApply(Term::Mul))
    return false;
  for (int side : {0, 1}) {
    size_t known = terms->assumptions.size();
    Term *value = product->operands[1 - side];
    std::optional<Weights> weights;
    if (terms->dependsOn(value, tokens))
      weights = matchWeights(product->operands[side], divisors);
    if (!weights) {
      terms->assumptions.truncate(known);
      continue;
    }
    result.value = getSource(stripCasts(value), {tokens}, /*scale=*/nullptr);
    if (!matchScores(weights->scores, result))
      return false;
    result.sinks = weights->sinks;
    if (weights->base2) {
      Term *ln2 = terms->constant(llvm::numbers::ln2,
                                  Float32Type::get(value->type.getContext()));
      result.scale.push_back({ln2, false});
      if (result.softcap)
        *result.softcap *= llvm::numbers::ln2;
      for (Term **term : {&result.mask, &result.sinks})
        if (*term)
          *term = terms->apply(Term::Mul, {*term, ln2});
    }
    result.zeroMaskedRows = weights->zeroForNaN;
    if (!applyConditions(*weights, result))
      return false;
    return true;
  }
  return false;
}

std::optional<AttentionDescriptor> Recognizer::recognize(Value root) {
  AttentionDescriptor result;
  result.terms = std::make_shared<Terms>();
  terms = result.terms.get();
  Term *any = terms->anyElement(root);
  result.output = {root, any->indices};
  // A sum over the tokens may be divided by the weights' sum only afterwards.
  SmallVector<Term *> numerators, divisors;
  flattenProduct(any, false, numerators, divisors);
  if (numerators.size() != 1)
    return std::nullopt;
  Term *sum = numerators.front();
  if (!sum->is(Term::Reduction) || terms->getCombiner(sum) != Combiner::Sum ||
      !terms->isNumber(terms->getInit(sum), 0.0))
    return std::nullopt;
  Indices loops;
  tokens.clear();
  for (int64_t size : terms->getOpenSizes(sum)) {
    loops.push_back(terms->axes.create(size));
    llvm::append_range(tokens, loops.back());
  }
  Term *product = terms->instantiate(sum, loops);
  if (tokens.empty() || !product || !matchOutput(product, divisors, result))
    return std::nullopt;
  result.tokens = tokens;
  return result;
}
