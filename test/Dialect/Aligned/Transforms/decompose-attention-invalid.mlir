// RUN: aligned-opt %s --aligned-decompose-attention -verify-diagnostics

#q = affine_map<(m, n, k1, k2) -> (m, k1)>
#k = affine_map<(m, n, k1, k2) -> (n, k1)>
#v = affine_map<(m, n, k1, k2) -> (n, k2)>
#o = affine_map<(m, n, k1, k2) -> (m, k2)>
func.func @on_memrefs(%q: memref<1x16xf32>, %k: memref<24x16xf32>, %v: memref<24x16xf32>, %o: memref<1x16xf32>) {
  // expected-error @+1 {{on memrefs has no linalg decomposition: run aligned-decompose-attention before bufferization}}
  aligned.attention {indexing_maps = [#q, #k, #v, #o]}
      ins(%q, %k, %v : memref<1x16xf32>, memref<24x16xf32>, memref<24x16xf32>) outs(%o : memref<1x16xf32>)
  return
}
