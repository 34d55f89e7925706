// RUN: aligned-opt %s --aligned-decompose-attention -split-input-file | FileCheck %s

// One linalg operation for each step, over the dimensions that it needs.
#q = affine_map<(b, g, m, n, k1, k2) -> (b, g, m, k1)>
#k = affine_map<(b, g, m, n, k1, k2) -> (n, b, k1)>
#v = affine_map<(b, g, m, n, k1, k2) -> (b, n, k2)>
#o = affine_map<(b, g, m, n, k1, k2) -> (m, b, g, k2)>
// CHECK-DAG: #[[$K:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d3, d0, d4)>
// CHECK-DAG: #[[$SCORES:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$O:.*]] = affine_map<(d0, d1, d2, d3) -> (d2, d0, d1, d3)>
// CHECK-LABEL: func @plain
// CHECK-SAME: (%[[Q:.*]]: tensor<2x3x1x16xbf16>, %[[K:.*]]: tensor<?x2x16xbf16>, %[[V:.*]]: tensor<2x?x8xbf16>, %[[SCALE:.*]]: f32, %[[INIT:.*]]: tensor<1x2x3x8xbf16>)
func.func @plain(%q: tensor<2x3x1x16xbf16>, %k: tensor<?x2x16xbf16>, %v: tensor<2x?x8xbf16>, %scale: f32,
                 %init: tensor<1x2x3x8xbf16>) -> tensor<1x2x3x8xbf16> {
  // CHECK: %[[PRODUCTS:.*]] = linalg.generic {indexing_maps = [#{{.*}}, #[[$K]], #[[$SCORES]]]{{.*}} ins(%[[Q]], %[[K]] : {{.*}} outs(%{{.*}} : tensor<2x3x1x?xf32>)
  // CHECK: arith.extf
  // CHECK: arith.extf
  // CHECK: arith.mulf
  // CHECK: arith.addf
  // CHECK: %[[S:.*]] = linalg.generic {{.*}} ins(%[[PRODUCTS]], %[[SCALE]] :
  // CHECK: arith.mulf
  // CHECK: %[[MAX:.*]] = linalg.generic {{.*}} ins(%[[S]] : tensor<2x3x1x?xf32>) outs(%{{.*}} : tensor<2x3x1xf32>)
  // CHECK: arith.maximumf
  // CHECK: %[[E:.*]] = linalg.generic {{.*}} ins(%[[S]], %[[MAX]] :
  // CHECK: arith.subf
  // CHECK: math.exp
  // CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[E]] :
  // CHECK: arith.addf
  // CHECK: %[[U:.*]] = linalg.generic {{.*}} ins(%[[E]], %[[V]] : {{.*}} outs(%{{.*}} : tensor<2x3x1x8xf32>)
  // CHECK: %[[O:.*]] = linalg.generic {indexing_maps = [{{.*}}, #[[$O]]]{{.*}} ins(%[[U]], %[[MAX]], %[[SUM]] : {{.*}} outs(%[[INIT]] :
  // CHECK-NOT: arith.select
  // CHECK: arith.divf
  // CHECK: arith.truncf
  // CHECK: return %[[O]]
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x1x16xbf16>, tensor<?x2x16xbf16>, tensor<2x?x8xbf16>) scale(%scale : f32)
      outs(%init : tensor<1x2x3x8xbf16>) -> tensor<1x2x3x8xbf16>
  return %o : tensor<1x2x3x8xbf16>
}

// -----

// Soft-cap, then mask, then what lies outside of length, window and the past.
#q = affine_map<(b, m, n, k1, k2) -> (b, m, k1)>
#k = affine_map<(b, m, n, k1, k2) -> (b, n, k1)>
#v = affine_map<(b, m, n, k1, k2) -> (b, n, k2)>
#mask = affine_map<(b, m, n, k1, k2) -> (n)>
#lengths = affine_map<(b, m, n, k1, k2) -> (b)>
#o = affine_map<(b, m, n, k1, k2) -> (b, m, k2)>
// CHECK-LABEL: func @scores
// CHECK: linalg.generic {{.*}}tensor<24xi1>, tensor<2xi32>)
// CHECK-NEXT: ^bb0(%[[P:.*]]: f32, %[[KEEP:.*]]: i1, %[[LENGTH:.*]]: i32, %{{.*}}: f32):
// CHECK: %[[SHARE:.*]] = arith.divf %[[P]], %[[CAP:.*]] : f32
// CHECK: %[[TANH:.*]] = math.tanh %[[SHARE]]
// CHECK: %[[CAPPED:.*]] = arith.mulf %[[CAP]], %[[TANH]]
// CHECK: %[[MASKED:.*]] = arith.select %[[KEEP]], %[[CAPPED]], %[[INF:.*]] : f32
// CHECK: %[[L:.*]] = arith.index_cast %[[LENGTH]]
// CHECK: %[[T:.*]] = linalg.index 2
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt, %[[T]], %[[L]]
// CHECK: %[[ROW:.*]] = linalg.index 1
// CHECK: %[[FIRST:.*]] = arith.subi %[[L]], %c4
// CHECK: %[[AT:.*]] = arith.addi %[[FIRST]], %[[ROW]]
// CHECK: %[[PAST:.*]] = arith.cmpi sle, %[[T]], %[[AT]]
// CHECK: %[[BOTH:.*]] = arith.andi %[[INSIDE]], %[[PAST]]
// CHECK: %[[BEHIND:.*]] = arith.subi %[[AT]], %c8
// CHECK: %[[WITHIN:.*]] = arith.cmpi sgt, %[[T]], %[[BEHIND]]
// CHECK: %[[ALL:.*]] = arith.andi %[[BOTH]], %[[WITHIN]]
// CHECK: arith.select %[[ALL]], %[[MASKED]], %[[INF]]
func.func @scores(%q: tensor<2x4x16xf32>, %k: tensor<2x24x16xf32>, %v: tensor<2x24x16xf32>, %mask: tensor<24xi1>,
                  %lengths: tensor<2xi32>, %init: tensor<2x4x16xf32>) -> tensor<2x4x16xf32> {
  %o = aligned.attention {indexing_maps = [#q, #k, #v, #mask, #lengths, #o], softcap = 30.0 : f32, causal, window = 8 : i64}
      ins(%q, %k, %v : tensor<2x4x16xf32>, tensor<2x24x16xf32>, tensor<2x24x16xf32>)
      mask(%mask : tensor<24xi1>) lengths(%lengths : tensor<2xi32>)
      outs(%init : tensor<2x4x16xf32>) -> tensor<2x4x16xf32>
  return %o : tensor<2x4x16xf32>
}

// -----

// Sinks are in the maximum, so that nothing overflows, and in the sum; a row
// without tokens gives zero if asked, and a log-sum-exp of -inf in any case.
#q = affine_map<(g, m, n, k1, k2) -> (g, m, k1)>
#k = affine_map<(g, m, n, k1, k2) -> (n, k1)>
#v = affine_map<(g, m, n, k1, k2) -> (n, k2)>
#sinks = affine_map<(g, m, n, k1, k2) -> (g)>
#o = affine_map<(g, m, n, k1, k2) -> (g, m, k2)>
#lse = affine_map<(g, m, n, k1, k2) -> (m, g)>
// CHECK-LABEL: func @sinks_and_logsumexp
// CHECK-SAME: %[[SINKS:[a-z0-9]*]]: tensor<3xf32>
// CHECK: %[[START:.*]] = linalg.generic {{.*}} ins(%[[SINKS]] : tensor<3xf32>)
// CHECK: %[[MAX:.*]] = linalg.generic {{.*}} outs(%[[START]] : tensor<3x1xf64>)
// CHECK: %[[SINK:.*]] = linalg.generic {{.*}} ins(%[[SINKS]], %[[MAX]] :
// CHECK: math.exp
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} outs(%[[SINK]] :
// CHECK: %[[O:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[MAX]], %[[SUM]] :
// CHECK: arith.cmpf oeq
// CHECK: arith.select
// CHECK: %[[LSE:.*]] = linalg.generic {{.*}} ins(%[[MAX]], %[[SUM]] :
// CHECK: math.log
// CHECK: arith.addf
// CHECK: arith.cmpf oeq
// CHECK: arith.select
// CHECK: return %[[O]], %[[LSE]]
func.func @sinks_and_logsumexp(%q: tensor<3x1x16xf64>, %k: tensor<24x16xf64>, %v: tensor<24x16xf64>, %sinks: tensor<3xf32>,
                               %init: tensor<3x1x16xf64>, %linit: tensor<1x3xf64>) -> (tensor<3x1x16xf64>, tensor<1x3xf64>) {
  %o:2 = aligned.attention {indexing_maps = [#q, #k, #v, #sinks, #o, #lse], masked_rows = #aligned.masked_rows<zero>}
      ins(%q, %k, %v : tensor<3x1x16xf64>, tensor<24x16xf64>, tensor<24x16xf64>) sinks(%sinks : tensor<3xf32>)
      outs(%init : tensor<3x1x16xf64>) logsumexp(%linit : tensor<1x3xf64>) -> tensor<3x1x16xf64>, tensor<1x3xf64>
  return %o#0, %o#1 : tensor<3x1x16xf64>, tensor<1x3xf64>
}
