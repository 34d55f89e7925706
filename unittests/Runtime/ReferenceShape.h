//===- ReferenceShape.h - What the reference kernels are compiled for - -*- C++
//-*-===//
//
// Part of the Aligned project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ALIGNED_UNITTESTS_RUNTIME_REFERENCESHAPE_H
#define ALIGNED_UNITTESTS_RUNTIME_REFERENCESHAPE_H

#include "Aligned/Support/PageLayout.h"

constexpr aligned::PageLayout kReferenceKey = {aligned::PlaneRole::Key, 16};
constexpr aligned::PageLayout kReferenceValue = {aligned::PlaneRole::Value, 8};
constexpr int kReferenceGroup = 2;

#endif // ALIGNED_UNITTESTS_RUNTIME_REFERENCESHAPE_H
