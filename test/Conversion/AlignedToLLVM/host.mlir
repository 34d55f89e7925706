// RUN: aligned-opt %s --split-input-file --aligned-to-llvm --canonicalize --cse -verify-diagnostics | FileCheck %s

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#k = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#len = affine_map<(b, h, g, m, n, k1, k2) -> (b)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#l = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m)>
!k = !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>
!v = !aligned.planes<2x3x?x64xbf16, value, [0, 1, 2, 3]>

// CHECK-DAG: llvm.mlir.global internal constant @aligned_name_decode_0("decode_0\00")
// CHECK-DAG: llvm.func @aligned_rt_pack(!llvm.ptr, !llvm.ptr) -> !llvm.ptr
// CHECK-DAG: llvm.func @aligned_rt_decode(!llvm.ptr, !llvm.ptr)

// Planes are pointers from here on, in signatures too. Rows are passed with
// the dimensions in the order sequence, kv head, token, channel.
// CHECK-LABEL: func.func @pack(
// CHECK-SAME: -> !llvm.ptr
// CHECK-DAG: %[[N2:.+]] = arith.constant 2 : i64
// CHECK-DAG: %[[N3:.+]] = arith.constant 3 : i64
// CHECK-DAG: %[[N64:.+]] = arith.constant 64 : i64
// CHECK-DAG: %[[N192:.+]] = arith.constant 192 : i64
// CHECK-DAG: %[[SPACE:.+]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, array<4 x i64>, array<4 x i64>)>
// CHECK: llvm.insertvalue %[[N2]], %{{.*}}[1, 0]
// CHECK: llvm.insertvalue %[[N3]], %{{.*}}[1, 1]
// CHECK: llvm.insertvalue %{{.*}}, %{{.*}}[1, 2]
// CHECK: llvm.insertvalue %[[N64]], %{{.*}}[1, 3]
// CHECK: llvm.insertvalue %[[N64]], %{{.*}}[2, 1]
// CHECK: llvm.insertvalue %[[N192]], %{{.*}}[2, 2]
// CHECK: %[[P:.+]] = llvm.call @aligned_rt_pack(%{{.*}}, %[[SPACE]])
// CHECK: return %[[P]] : !llvm.ptr
func.func @pack(%k: memref<2x?x3x64xbf16>) -> !k {
  %p = aligned.pack %k {kernel = @append_key_d64_bf16} : memref<2x?x3x64xbf16> to !k
  return %p : !k
}

// CHECK-LABEL: func.func @append(
// CHECK-SAME: %{{.*}}: memref<2x1x3x64xbf16>, %[[P:[^:]+]]: !llvm.ptr, %[[AT:[^:]+]]: index, %[[EACH:[^:]+]]: memref<2xindex>
// CHECK: %[[END:.+]] = llvm.mlir.zero : !llvm.ptr
// CHECK: %[[A:.+]] = llvm.call @aligned_rt_append(%{{.*}}, %[[P]], %{{.*}}, %[[END]], %{{.*}})
// One position for all sequences has stride 0.
// CHECK: %[[POS:.+]] = arith.index_cast %[[AT]] : index to i64
// CHECK: %[[S1:.+]] = llvm.insertvalue %[[POS]],
// CHECK: llvm.store %[[S1]], %[[SLOT:.+]] :
// CHECK: %[[B:.+]] = llvm.call @aligned_rt_append(%{{.*}}, %[[A]], %{{.*}}, %[[SLOT]], %{{.*}})
// CHECK: %[[DATA:.+]] = memref.extract_aligned_pointer_as_index %[[EACH]]
// CHECK: %[[LIST:.+]] = llvm.inttoptr
// CHECK: %[[C:.+]] = llvm.call @aligned_rt_append(%{{.*}}, %[[B]], %{{.*}}, %[[LIST]], %{{.*}})
// CHECK: %[[N:.+]] = llvm.call @aligned_rt_length(%[[C]])
// CHECK: llvm.call @aligned_rt_unpack(%{{.*}}, %[[C]], %{{.*}})
func.func @append(%row: memref<2x1x3x64xbf16>, %p: !k, %at: index, %each: memref<2xindex>,
                  %out: memref<2x8x3x64xbf16>) -> index {
  %a = aligned.append %row to %p {kernel = @append_key_d64_bf16} : memref<2x1x3x64xbf16>, !k -> !k
  %b = aligned.append %row to %a at(%at : index) {kernel = @append_key_d64_bf16} : memref<2x1x3x64xbf16>, !k -> !k
  %c = aligned.append %row to %b at(%each : memref<2xindex>) {kernel = @append_key_d64_bf16} : memref<2x1x3x64xbf16>, !k -> !k
  %n = aligned.length %c : !k
  aligned.unpack %c outs(%out : memref<2x8x3x64xbf16>) {kernel = @unpack_key_d64_bf16} : !k
  return %n : index
}

// A dense query is passed where it is; the mask has no stride along kv heads,
// heads and rows; lengths become i64.
// CHECK-LABEL: func.func @decode(
// CHECK-SAME: %[[Q:[^:]+]]: memref<2x3x3x1x64xbf16>, %[[K:[^:]+]]: !llvm.ptr, %[[V:[^:]+]]: !llvm.ptr,
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : i64
// CHECK-DAG: %[[BUDGET:.+]] = arith.constant 1.200000e+01 : f32
// CHECK: %[[LENGTHS:.+]] = memref.alloc() : memref<2xi64>
// CHECK: linalg.generic {{.*}} outs(%[[LENGTHS]] :
// CHECK: arith.extsi
// CHECK-NOT: linalg.generic
// CHECK: llvm.insertvalue %[[ZERO]], %{{.*}}[6, 1]
// CHECK: llvm.insertvalue %[[ZERO]], %{{.*}}[6, 2]
// CHECK: llvm.insertvalue %[[ZERO]], %{{.*}}[6, 3]
// CHECK: llvm.insertvalue %[[K]], %{{.*}}[9]
// CHECK: llvm.insertvalue %[[V]], %{{.*}}[10]
// CHECK: llvm.insertvalue %[[BUDGET]], %{{.*}}[15]
// CHECK: llvm.call @aligned_rt_decode(
// CHECK: memref.dealloc %[[LENGTHS]]
func.func @decode(%q: memref<2x3x3x1x64xbf16>, %k: !k, %v: !v, %mask: memref<2x?xi1>, %lengths: memref<2xi32>,
                  %o: memref<2x3x3x1x64xbf16>, %l: memref<2x3x3x1xf32>) {
  aligned.decode {indexing_maps = [#q, #k, #v, #mask, #len, #o, #l], precision = #aligned.precision<budget<12>>,
                  kernel = @decode_0}
      ins(%q, %k, %v : memref<2x3x3x1x64xbf16>, !k, !v) mask(%mask : memref<2x?xi1>)
      lengths(%lengths : memref<2xi32>)
      outs(%o : memref<2x3x3x1x64xbf16>) logsumexp(%l : memref<2x3x3x1xf32>)
  return
}

#qt = affine_map<(b, h, g, m, n, k1, k2) -> (k1, b, h, g, m)>
#lt = affine_map<(b, h, g, m, n, k1, k2) -> (g, b, h, m)>

// Channels that are not dense are copied before and behind, and so is a
// log-sum-exp in another order.
// CHECK-LABEL: func.func @strided(
// CHECK-SAME: %[[Q:[^:]+]]: memref<64x2x3x3x1xbf16>
// CHECK-SAME: %[[O:[^:]+]]: memref<2x3x3x1x64xbf16, strided<[1152, 384, 128, 128, 2]>>, %[[L:[^:]+]]: memref<3x2x3x1xf32>
// CHECK: %[[QD:.+]] = memref.alloc() : memref<2x3x3x1x64xbf16>
// CHECK: linalg.generic {{.*}} ins(%[[Q]] : {{.*}}) outs(%[[QD]] :
// CHECK: llvm.call @aligned_rt_decode(
// CHECK: linalg.generic {{.*}} outs(%[[O]] :
// CHECK: linalg.generic {{.*}} outs(%[[L]] :
func.func @strided(%q: memref<64x2x3x3x1xbf16>, %k: !k, %v: !v,
                   %o: memref<2x3x3x1x64xbf16, strided<[1152, 384, 128, 128, 2]>>, %l: memref<3x2x3x1xf32>) {
  aligned.decode {indexing_maps = [#qt, #k, #v, #o, #lt], precision = #aligned.precision<full>, kernel = @decode_0}
      ins(%q, %k, %v : memref<64x2x3x3x1xbf16>, !k, !v)
      outs(%o : memref<2x3x3x1x64xbf16, strided<[1152, 384, 128, 128, 2]>>) logsumexp(%l : memref<3x2x3x1xf32>)
  return
}

// A copy that is not dense would become a call of a library.
// CHECK-LABEL: func.func @copy(
// CHECK: linalg.generic
// CHECK: memref.copy
// CHECK-NOT: memref.copy
func.func @copy(%a: memref<4x8xf32, strided<[1, 4]>>, %b: memref<4x8xf32>, %c: memref<4x8xf32>) {
  memref.copy %a, %b : memref<4x8xf32, strided<[1, 4]>> to memref<4x8xf32>
  memref.copy %b, %c : memref<4x8xf32> to memref<4x8xf32>
  return
}

// -----

// The name of a kernel is what the runtime finds it by.
func.func @no_kernel(%k: memref<2x?x3x64xbf16>) -> !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]> {
  // expected-error @+1 {{names no kernel: run aligned-outline-kernels before aligned-to-llvm}}
  %p = aligned.pack %k : memref<2x?x3x64xbf16> to !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>
  return %p : !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>
}

// -----

// Calls take addresses, which tensors have none of.
func.func @tensors(%k: tensor<2x?x3x64xbf16>) -> !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]> {
  // expected-error @+1 {{is on tensors: bufferize before aligned-to-llvm}}
  %p = aligned.pack %k {kernel = @append_key_d64_bf16} : tensor<2x?x3x64xbf16> to !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>
  return %p : !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>
}
