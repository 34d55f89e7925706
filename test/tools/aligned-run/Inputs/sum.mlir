// No attention: only what surrounds one.
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @main(%a: tensor<2x?xf32>, %b: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %a, %c1 : tensor<2x?xf32>
  %init = tensor.empty(%n) : tensor<2x?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<2x?xf32>, tensor<2x?xf32>) outs(%init : tensor<2x?xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %z = arith.addf %x, %y : f32
    linalg.yield %z : f32
  } -> tensor<2x?xf32>
  return %sum : tensor<2x?xf32>
}
func.func @first(%a: tensor<2x?xf32>) -> tensor<2x?xf32> {
  return %a : tensor<2x?xf32>
}
