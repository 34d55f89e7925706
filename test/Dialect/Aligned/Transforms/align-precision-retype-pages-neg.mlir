// RUN: aligned-opt %s --split-input-file --aligned-align-precision="kv=retype" --remarks-filter=aligned -verify-diagnostics | FileCheck %s

// Rows that are written into pages and stay there: planes would have others.

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Without a mask the rows behind the new ones are attended to; planes would have
// forgotten them.
// CHECK-LABEL: func @no_mask(
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="rows are written into its pages, and what lies behind them is attended to, which planes forget", Remark="rows stay in the pages of argument 1}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @no_mask(%table: tensor<2x12xindex>, %old: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2xindex>,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %pool = scf.for %b = %zero to %two step %one iter_args(%older = %old) -> (tensor<32x3x64xbf16>) {
    %place = tensor.extract %at[%b] : tensor<2xindex>
    %new = tensor.extract_slice %kn[%b, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<1x3x64xbf16>
    %newer = tensor.insert_slice %new into %older[%place, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<1x3x64xbf16> into tensor<32x3x64xbf16>
    scf.yield %newer : tensor<32x3x64xbf16>
  }
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from a tensor, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pool : tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Nobody gets the rows that were written: the next step would lack them.
// CHECK-LABEL: func @not_returned(
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="rows are written into its pages, and it is not returned", Remark="rows stay in the pages of argument 1}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @not_returned(%table: tensor<2x12xindex>, %old: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2xindex>,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %pool = scf.for %b = %zero to %two step %one iter_args(%older = %old) -> (tensor<32x3x64xbf16>) {
    %place = tensor.extract %at[%b] : tensor<2xindex>
    %new = tensor.extract_slice %kn[%b, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<1x3x64xbf16>
    %newer = tensor.insert_slice %new into %older[%place, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<1x3x64xbf16> into tensor<32x3x64xbf16>
    scf.yield %newer : tensor<32x3x64xbf16>
  }
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from a tensor, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
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

// One row for two sequences: an append gives each of them one.
// CHECK-LABEL: func @one_row(
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="not one row of each sequence is written into its pages", Remark="rows stay in the pages of argument 1}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @one_row(%table: tensor<2x12xindex>, %old: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>, %kn: tensor<1x3x64xbf16>, %at: index,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>) {
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %pool = tensor.insert_slice %kn into %old[%at, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<1x3x64xbf16> into tensor<32x3x64xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from a tensor, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pool : tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// What is gathered is the pool before the rows are written: they would be seen a
// step too early.
// CHECK-LABEL: func @older_version(
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="it is written more than once, or read and written", Remark="rows stay in the pages of argument 1}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @older_version(%table: tensor<2x12xindex>, %old: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2xindex>,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %old[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  %pool = scf.for %b = %zero to %two step %one iter_args(%older = %old) -> (tensor<32x3x64xbf16>) {
    %place = tensor.extract %at[%b] : tensor<2xindex>
    %new = tensor.extract_slice %kn[%b, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<1x3x64xbf16>
    %newer = tensor.insert_slice %new into %older[%place, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<1x3x64xbf16> into tensor<32x3x64xbf16>
    scf.yield %newer : tensor<32x3x64xbf16>
  }
  // expected-remark @+2 {{it is gathered from argument 1, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pool : tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Rows of half a page are written: which of them are new is not one a sequence.
// CHECK-LABEL: func @several_rows(
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="rows are written into its pages in a way that does not say which are of which sequence", Remark="rows stay in the pages of argument 1}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @several_rows(%table: tensor<2x12xindex>, %old: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: index,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>) {
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %pool = tensor.insert_slice %kn into %old[%at, 0, 0] [2, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> into tensor<32x3x64xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from a tensor, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pool : tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Written as heads of 64 channels, gathered as channels of 3 heads: the new row would
// have its elements in other places.
// CHECK-LABEL: func @other_layout(
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="rows are written into its pages in another layout than they are gathered in", Remark="rows stay in the pages of argument 1}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @other_layout(%table: tensor<2x12xindex>, %old: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2x1xindex>,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>) {
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %pool = tensor.scatter %kn into %old[%at] scatter_dims([0]) unique
      : (tensor<2x3x64xbf16>, tensor<32x3x64xbf16>, tensor<2x1xindex>) -> tensor<32x3x64xbf16>
  %turned = tensor.collapse_shape %pool [[0], [1, 2]] : tensor<32x3x64xbf16> into tensor<32x192xbf16>
  %other = tensor.expand_shape %turned [[0], [1, 2]] output_shape [32, 64, 3] : tensor<32x192xbf16> into tensor<32x64x3xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %other[%row, %d, %h] : tensor<32x64x3xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from a tensor, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pool : tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// Somebody else sees rows behind the newest ones, which may be those that another
// sequence writes.
// CHECK-LABEL: func @also_used(
// CHECK-NOT: aligned.append
// expected-remark @+2 {{Reason="rows are written into its pages, and what is gathered is also used by arith.negf", Remark="rows stay in the pages of argument 1}}
// expected-remark @+1 {{argument 2 is planes now}}
func.func @also_used(%table: tensor<2x12xindex>, %old: tensor<32x3x64xbf16>, %v: tensor<2x12x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2xindex>,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>, tensor<2x12x3x64xbf16>) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %pool = scf.for %b = %zero to %two step %one iter_args(%older = %old) -> (tensor<32x3x64xbf16>) {
    %place = tensor.extract %at[%b] : tensor<2xindex>
    %new = tensor.extract_slice %kn[%b, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<2x3x64xbf16> to tensor<1x3x64xbf16>
    %newer = tensor.insert_slice %new into %older[%place, 0, 0] [1, 3, 64] [1, 1, 1] : tensor<1x3x64xbf16> into tensor<32x3x64xbf16>
    scf.yield %newer : tensor<32x3x64xbf16>
  }
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %pool[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  %n = arith.negf %k : tensor<2x12x3x64xbf16>
  // expected-remark @+2 {{it is gathered from a tensor, as through a page table}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pool, %n : tensor<2x3x3x1x64xbf16>, tensor<32x3x64xbf16>, tensor<2x12x3x64xbf16>
}

// -----

#q = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k1)>
#kv = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k1)>
#v = affine_map<(b, h, g, m, n, k1, k2) -> (b, n, h, k2)>
#mask = affine_map<(b, h, g, m, n, k1, k2) -> (b, n)>
#o = affine_map<(b, h, g, m, n, k1, k2) -> (b, h, g, m, k2)>
#row = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#all = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>

// K and V share a pool, and indices say which of them a row is of: it could be either.
// CHECK-LABEL: func @both_in_one(
// CHECK-NOT: aligned.append
// expected-remark @+1 {{Reason="K and V are both in it, and rows are written", Remark="rows stay in the pages of argument 1}}
func.func @both_in_one(%table: tensor<2x12xindex>, %old: tensor<2x32x3x64xbf16>, %kn: tensor<2x3x64xbf16>, %at: tensor<2x2xindex>,
    %mask: tensor<2x12xi1>, %q: tensor<2x3x3x1x64xbf16>) -> (tensor<2x3x3x1x64xbf16>, tensor<2x32x3x64xbf16>) {
  %e = tensor.empty() : tensor<2x12x3x64xbf16>
  %pool = tensor.scatter %kn into %old[%at] scatter_dims([0, 1]) unique
      : (tensor<2x3x64xbf16>, tensor<2x32x3x64xbf16>, tensor<2x2xindex>) -> tensor<2x32x3x64xbf16>
  %ks = tensor.extract_slice %pool[0, 0, 0, 0] [1, 32, 3, 64] [1, 1, 1, 1] : tensor<2x32x3x64xbf16> to tensor<32x3x64xbf16>
  %vs = tensor.extract_slice %pool[1, 0, 0, 0] [1, 32, 3, 64] [1, 1, 1, 1] : tensor<2x32x3x64xbf16> to tensor<32x3x64xbf16>
  %k = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %ks[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  %v = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%table : tensor<2x12xindex>) outs(%e : tensor<2x12x3x64xbf16>) {
  ^bb0(%row: index, %out: bf16):
    %h = linalg.index 2 : index
    %d = linalg.index 3 : index
    %x = tensor.extract %vs[%row, %h, %d] : tensor<32x3x64xbf16>
    linalg.yield %x : bf16
  } -> tensor<2x12x3x64xbf16>
  // expected-remark @+3 {{K is packed at every call}}
  // expected-remark @+2 {{V is packed at every call}}
  // expected-remark @+1 {{decode over planes}}
  %r = aligned.attention {indexing_maps = [#q, #kv, #v, #mask, #o]}
      ins(%q, %k, %v : tensor<2x3x3x1x64xbf16>, tensor<2x12x3x64xbf16>, tensor<2x12x3x64xbf16>) mask(%mask : tensor<2x12xi1>)
      outs(%q : tensor<2x3x3x1x64xbf16>) -> tensor<2x3x3x1x64xbf16>
  return %r, %pool : tensor<2x3x3x1x64xbf16>, tensor<2x32x3x64xbf16>
}
