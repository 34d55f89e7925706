//===- Contraction.cpp - Q K^T, and the weighted sum of V
//---------------------===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AttentionDescriptor.h"

using namespace mlir;
using namespace aligned::recognition;

static Term *stripCasts(Term *term) {
  while (term->isApply(Term::Cast))
    term = term->operands[0];
  return term;
}

Term *Recognizer::peelScaled(Term *term, SmallVectorImpl<Factor> &scale) {
  while (true) {
    term = terms->peel(term, /*roundings=*/false);
    Term *inner = term->is(Term::Element) ? terms->unfold(term) : term;
    if (!inner)
      return term;
    inner = stripCasts(inner);
    bool divides = inner->isApply(Term::Div);
    if (!divides && !inner->isApply(Term::Mul))
      return term;
    int number = divides || terms->isUniform(inner->operands[1]) ? 1 : 0;
    if (!terms->isUniform(inner->operands[number]))
      return term;
    scale.push_back({inner->operands[number], divides});
    term = inner->operands[1 - number];
  }
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
  Term *key = peelScaled(factors[keySide], result.scale);
  Term *query = peelScaled(factors[1 - keySide], result.scale);
  if (!key->is(Term::Element) || !query->is(Term::Element))
    return refuse("query or key is computed inside the product of the two");
  result.keyAsContracted = factors[keySide]->indices;
  result.query = {query->value, query->indices};
  result.key = {key->value, key->indices};
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
    Term *value = terms->peel(product->operands[1 - side], false);
    std::optional<Weights> weights;
    if (value->is(Term::Element) && terms->dependsOn(value, tokens))
      weights = matchWeights(product->operands[side], divisors);
    if (!weights) {
      terms->assumptions.truncate(known);
      continue;
    }
    result.value = {value->value, value->indices};
    if (!matchScores(weights->scores, result))
      return false;
    if (weights->base2) {
      Term *ln2 = terms->constant(0.693147180559945309417,
                                  Float32Type::get(value->type.getContext()));
      result.scale.push_back({ln2, false});
      if (result.softcap)
        return refuse("a soft-cap inside a power of two");
      if (result.mask)
        result.mask = terms->apply(Term::Mul, {result.mask, ln2});
    }
    if (weights->guard) {
      if (!matchGuard(weights->guard, weights->scores, result.mask))
        return refuse("weights are set to zero by something that is not a "
                      "test for rows without tokens");
      result.zeroMaskedRows = true;
    }
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
  Term *sum = terms->head(any);
  // A sum over the tokens may be divided by the weights' sum only afterwards.
  SmallVector<Term *> divisors;
  if (sum->isApply(Term::Div)) {
    divisors.push_back(sum->operands[1]);
    sum = terms->head(sum->operands[0]);
  }
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
