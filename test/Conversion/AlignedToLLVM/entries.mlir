// RUN: aligned-opt %s --aligned-host-to-llvm | FileCheck %s

// CHECK-DAG: llvm.mlir.global internal constant @aligned_assert_0("assertion failed: sizes differ\00")

// Arguments are addresses of descriptors and scalars, planes are their handle;
// a failed assertion is an error of the run, not the end of the process.
// CHECK-LABEL: llvm.func @aligned_entry_main(
// CHECK-SAME: %[[ARGS:[^:]+]]: !llvm.ptr, %[[RESULTS:[^:]+]]: !llvm.ptr)
// CHECK: %[[A0:.+]] = llvm.load %[[ARGS]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.load %[[A0]] : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
// CHECK: %[[S1:.+]] = llvm.getelementptr %[[ARGS]][1]
// CHECK: %[[A1:.+]] = llvm.load %[[S1]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.load %[[A1]] : !llvm.ptr -> i64
// CHECK: %[[S2:.+]] = llvm.getelementptr %[[ARGS]][2]
// CHECK: %[[HANDLE:.+]] = llvm.load %[[S2]] : !llvm.ptr -> !llvm.ptr
// CHECK: llvm.call @main({{.*}}, %[[HANDLE]])
// CHECK: %[[R1:.+]] = llvm.getelementptr %[[RESULTS]][1]
// CHECK: llvm.load %[[R1]]
// CHECK-LABEL: llvm.func @main(
// CHECK: llvm.cond_br
// CHECK: llvm.call @aligned_rt_fail
// CHECK-NEXT: llvm.mlir.zero
// CHECK-NEXT: llvm.return
// CHECK-NOT: abort
!k = !aligned.planes<2x?x64xbf16, key, [0, -1, 1, 2]>
func.func @main(%a: tensor<?x4xf32>, %n: i64, %p: !k) -> (tensor<?x4xf32>, !k) {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %a, %c0 : tensor<?x4xf32>
  %i = arith.index_cast %n : i64 to index
  %same = arith.cmpi eq, %d, %i : index
  cf.assert %same, "sizes differ"
  %e = math.exp %a : tensor<?x4xf32>
  return %e, %p : tensor<?x4xf32>, !k
}
