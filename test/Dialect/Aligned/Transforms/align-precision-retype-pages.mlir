// RUN: aligned-opt %s --aligned-align-precision="kv=retype" --split-input-file --remarks-filter=aligned -verify-diagnostics | FileCheck %s

// K and V in pages of the program's own: what is gathered becomes the argument.

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#table = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>

// Pages of 4 rows, with the index wrapped as torch does. The table stays an
// argument, and says nothing any more.
// CHECK-LABEL: func @pages(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<2x12x3x64xbf16, key, [0, 2, 1, 3]>, %[[V:[^:]+]]: !aligned.planes<2x12x3x64xbf16, value, [0, 2, 1, 3]>,
// CHECK-SAME: %{{.*}}: tensor<2x3xi64>
// CHECK-NOT: tensor.extract
// CHECK: aligned.decode {{.*}} ins(%{{.*}}, %[[K]], %[[V]] :
// expected-remark @+4 {{argument 0, pages that rows were gathered from, is what was gathered now: the rows of each sequence in order}}
// expected-remark @+3 {{argument 1, pages that rows were gathered from, is what was gathered now}}
// expected-remark @+2 {{argument 0 is planes now}}
// expected-remark @+1 {{argument 1 is planes now}}
func.func @pages(%ks: tensor<8x4x3x64xbf16>, %vs: tensor<8x4x3x64xbf16>, %table: tensor<2x3xi64>, %q: tensor<2x3x3x1x64xbf16>)
    -> tensor<2x3x3x1x64xbf16> {
  %zero = arith.constant 0 : i64
  %pages = arith.constant 8 : i64
  %e = tensor.empty() : tensor<2x3x4x3x64xbf16>
  %kg = linalg.generic {indexing_maps = [#table, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x3xi64>) outs(%e : tensor<2x3x4x3x64xbf16>) {
  ^bb0(%page: i64, %out: bf16):
    %negative = arith.cmpi slt, %page, %zero : i64
    %wrapped = arith.addi %page, %pages : i64
    %p = arith.select %negative, %wrapped, %page : i64
    %i = arith.index_cast %p : i64 to index
    %slot = linalg.index 2 : index
    %h = linalg.index 3 : index
    %d = linalg.index 4 : index
    %x = tensor.extract %ks[%i, %slot, %h, %d] : tensor<8x4x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x3x4x3x64xbf16>
  %k = tensor.collapse_shape %kg [[0], [1, 2], [3], [4]] : tensor<2x3x4x3x64xbf16> into tensor<2x12x3x64xbf16>
  // The page and the slot out of the position, rows of all pages in one dimension.
  %flat = tensor.collapse_shape %vs [[0, 1], [2], [3]] : tensor<8x4x3x64xbf16> into tensor<32x3x64xbf16>
  %ev = tensor.empty() : tensor<2x12x3x64xbf16>
  %v = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      outs(%ev : tensor<2x12x3x64xbf16>) {
  ^bb0(%out: bf16):
    %four = arith.constant 4 : index
    %b = linalg.index 0 : index
    %t = linalg.index 1 : index
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %number = arith.divui %t, %four : index
    %slot = arith.remui %t, %four : index
    %page = tensor.extract %table[%b, %number] : tensor<2x3xi64>
    %i = arith.index_cast %page : i64 to index
    %first = arith.muli %i, %four : index
    %row = arith.addi %first, %slot : index
    %x = tensor.extract %flat[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r : tensor<2x3x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// K and V in one pool [kv, rows, ..]: two arguments in its place. One row for
// each position in the table.
// CHECK-LABEL: func @one_pool(
// CHECK-SAME: %{{[^:]+}}: tensor<2x12xindex>, %[[K:[^:]+]]: !aligned.planes<2x12x3x64xbf16, key, [0, 2, 1, 3]>, %[[V:[^:]+]]: !aligned.planes<2x12x3x64xbf16, value, [0, 2, 1, 3]>,
// CHECK: aligned.decode {{.*}} ins(%{{.*}}, %[[K]], %[[V]] :
// expected-remark @+3 {{argument 1, pages that rows were gathered from, is 2 arguments now}}
// expected-remark @+2 {{argument 1 is planes now}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @one_pool(%table: tensor<2x12xindex>, %pool: tensor<2x32x3x64xbf16>, %q: tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %ks = tensor.extract_slice %pool[0, 0, 0, 0] [1, 32, 3, 64] [1, 1, 1, 1] : tensor<2x32x3x64xbf16> to tensor<32x3x64xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %ks[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  %vs = tensor.extract_slice %pool[1, 0, 0, 0] [1, 32, 3, 64] [1, 1, 1, 1] : tensor<2x32x3x64xbf16> to tensor<32x3x64xbf16>
  %v = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %vs[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r : tensor<2x3x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Each kv head has a table of its own: there are no rows of a sequence that the
// caller could put in order once for all heads.
// CHECK-LABEL: func @table_of_heads(
// CHECK: aligned.pack
// expected-remark @+1 {{argument 2 is planes now}}
func.func @table_of_heads(%table: tensor<2x12x3xindex>, %pool: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>,
                          %q: tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %k = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12x3xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from argument 1, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r : tensor<2x3x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Rows are changed on their way: the argument would have to be rows that the
// caller does not have.
// CHECK-LABEL: func @changed_rows(
// CHECK: aligned.pack
// expected-remark @+1 {{argument 2 is planes now}}
func.func @changed_rows(%table: tensor<2x12xindex>, %pool: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>,
                        %q: tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16> {
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%row, %h, %d] : tensor<32x3x64xbf16>
    %y = arith.mulf %x, %x : bf16
    linalg.yield %y : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from argument 1, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r : tensor<2x3x3x1x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Each sequence's row is written where a slot mapping says, in a loop for K and V,
// and gathered behind: an append at the position that the table has for it, which
// is looked up. That no other sequence reads the row is asserted.
// CHECK-LABEL: func @written_pages(
// CHECK-SAME: %[[TABLE:[^:]+]]: tensor<2x12xindex>, %[[K:[^:]+]]: !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>, %[[V:[^:]+]]: !aligned.planes<2x?x3x64xbf16, value, [0, 2, 1, 3]>
// CHECK-SAME: %[[NEW:[^:]+]]: tensor<2x3x64xbf16>, %{{[^:]+}}: tensor<2x3x64xbf16>, %[[SLOTS:[^:]+]]: tensor<2xindex>
// CHECK-SAME: -> (tensor<2x3x3x1x64xbf16>, !aligned.planes<2x?x3x64xbf16, key, [0, 2, 1, 3]>, !aligned.planes<2x?x3x64xbf16, value, [0, 2, 1, 3]>)
// CHECK-NOT: scf.for
// The elements of the pool that rows are written to, and those that they are gathered from.
// CHECK: tensor.extract %[[SLOTS]]
// CHECK: %[[WRITTEN:.+]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<2xindex>)
// CHECK: arith.muli %{{.*}}, %c192
// CHECK: %[[GATHERED:.+]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<2x12xindex>)
// CHECK: tensor.extract %[[TABLE]]
// CHECK: %[[AT:.+]] = linalg.generic {{.*}} ins(%[[GATHERED]], %[[WRITTEN]] : tensor<2x12xindex>, tensor<2xindex>)
// CHECK: arith.minui
// CHECK: cf.assert %{{.*}}, "a row is written where the table has no position of its sequence
// CHECK: cf.assert %{{.*}}, "a row is written into a page that another sequence reads
// CHECK: %[[POSITION:.+]] = linalg.generic {{.*}} ins(%[[AT]] : tensor<2xindex>)
// CHECK: %[[ROWS:.+]] = linalg.generic {{.*}} ins(%[[NEW]] : tensor<2x3x64xbf16>) outs(%{{.*}} : tensor<2x1x3x64xbf16>)
// CHECK: %[[A:.+]] = aligned.append %[[ROWS]] to %[[K]] at(%[[POSITION]] : tensor<2xindex>)
// CHECK: %[[B:.+]] = aligned.append %{{.*}} to %[[V]] at(
// CHECK: cf.assert %{{.*}}, "the mask shows positions behind the newest row
// CHECK: %[[R:.+]] = aligned.decode {{.*}} ins(%{{.*}}, %[[A]], %[[B]] :
// CHECK: return %[[R]], %[[A]], %[[B]]
// expected-remark @+4 {{argument 1, pages that rows were gathered from, is what was gathered now: the rows of each sequence in order, since planes have pages of their own; rows that were written into pages are appended}}
// expected-remark @+3 {{argument 2, pages that rows were gathered from, is what was gathered now}}
// expected-remark @+2 {{argument 1 is planes now}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @written_pages(%table: tensor<2x12xindex>, %oldk: tensor<32x3x64xbf16>, %oldv: tensor<32x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %vn: tensor<2x3x64xbf16>,
                         %slots: tensor<2xindex>, %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>)
    -> (tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>, tensor<32x3x64xbf16>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %pools:2 = scf.for %b = %zero to %two step %one iter_args(%olderk = %oldk, %olderv = %oldv) -> (tensor<32x3x64xbf16>, tensor<32x3x64xbf16>) {
    %slot = tensor.extract %slots[%b] : tensor<2xindex>
    %newk = tensor.extract_slice %kn[%b, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<1x3x64xbf16>
    %newerk = tensor.insert_slice %newk into %olderk[%slot, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<1x3x64xbf16> into tensor<32x3x64xbf16>
    %newv = tensor.extract_slice %vn[%b, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<3x64xbf16>
    %newerv = tensor.insert_slice %newv into %olderv[%slot, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<3x64xbf16> into tensor<32x3x64xbf16>
    scf.yield %newerk, %newerv : tensor<32x3x64xbf16>, tensor<32x3x64xbf16>
  }
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pools#0[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  %v = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pools#1[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pools#0, %pools#1 : tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>, tensor<32x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, n, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#table = affine_map<(d0, d1, d2, d3) -> (d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// One sequence, pages of 4 rows of each head: the page and the slot are computed of
// the position, through the table.
// CHECK-LABEL: func @one_sequence(
// CHECK-SAME: %[[K:[^:]+]]: !aligned.planes<1x3x?x64xbf16, key, [0, 1, 2, 3]>
// CHECK: arith.muli %{{.*}}, %c768
// CHECK: arith.muli %{{.*}}, %c64
// CHECK: %[[AT:.+]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<1x12xindex>, tensor<1xindex>)
// CHECK: cf.assert %{{.*}}, "a row is written where the table has no position
// CHECK-NOT: another sequence
// CHECK: %[[POSITION:.+]] = tensor.extract %[[AT]]
// CHECK: aligned.append %{{.*}} to %[[K]] at(%[[POSITION]] : index)
// expected-remark @+3 {{argument 0, pages that rows were gathered from, is what was gathered now}}
// expected-remark @+2 {{argument 0 is planes now}}
// expected-remark @+1 {{argument 1 is planes now}}
func.func @one_sequence(%old: tensor<8x3x4x64xbf16>, %v: tensor<1x3x12x64xbf16>, %table: tensor<3xi64>, %p: index, %kn: tensor<3x64xbf16>,
                        %mask: tensor<12xi1>, %q: tensor<1x3x3x1x64xbf16>) -> (tensor<1x3x3x1x64xbf16>, tensor<8x3x4x64xbf16>) {
  %four = arith.constant 4 : index
  %number = arith.divui %p, %four : index
  %slot = arith.remui %p, %four : index
  %page = tensor.extract %table[%number] : tensor<3xi64>
  %i = arith.index_cast %page : i64 to index
  %pool = tensor.insert_slice %kn into %old[%i, 0, %slot, 0] [1, 3, 1, 64] [1, 1, 1, 1] : tensor<3x64xbf16> into tensor<8x3x4x64xbf16>
  %e = tensor.empty() : tensor<3x3x4x64xbf16>
  %pages = linalg.generic {indexing_maps = [#table, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<3xi64>) outs(%e : tensor<3x3x4x64xbf16>) {
  ^bb0(%n: i64, %out: bf16):
    %j = arith.index_cast %n : i64 to index
    %h = linalg.index 0 : index
    %s = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%j, %h, %s, %d] : tensor<8x3x4x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<3x3x4x64xbf16>
  %flat = tensor.collapse_shape %pages [[0], [1, 2], [3]] : tensor<3x3x4x64xbf16> into tensor<3x12x64xbf16>
  %k = tensor.expand_shape %flat [[0, 1], [2], [3]] output_shape [1, 3, 12, 64] : tensor<3x12x64xbf16> into tensor<1x3x12x64xbf16>
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<1x3x3x1x64xbf16>, tensor<1x3x12x64xbf16>, tensor<1x3x12x64xbf16>) mask(%mask : tensor<12xi1>)
      outs(%q : tensor<1x3x3x1x64xbf16>) -> tensor<1x3x3x1x64xbf16>
  return %r, %pool : tensor<1x3x3x1x64xbf16>, tensor<8x3x4x64xbf16>
}
