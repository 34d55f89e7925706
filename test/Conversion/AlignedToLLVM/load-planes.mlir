// RUN: aligned-opt %s -aligned-load-planes-to-llvm | FileCheck %s

// 16 bytes hold 32 digits: one load, one AND for four digits.
// CHECK-LABEL: func.func @nibbles
func.func @nibbles(%page: !llvm.ptr, %row: i32, %c: i32) -> vector<32xi8> {
  // CHECK: %[[WORDS:.*]] = llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr -> vector<4xi32>
  // CHECK: %[[SHIFTED:.*]] = arith.shli %[[WORDS]]
  // CHECK: %[[LOW:.*]] = arith.andi %[[SHIFTED]]
  // CHECK: %[[HIGH:.*]] = arith.andi %[[WORDS]]
  // CHECK: %[[BOTH:.*]] = vector.shuffle %[[LOW]], %[[HIGH]] [0, 1, 2, 3, 4, 5, 6, 7]
  // CHECK: vector.bitcast %[[BOTH]] : vector<8xi32> to vector<32xi8>
  %a = aligned.load_planes
      #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%row, %c] planes 0 to 1 : !llvm.ptr -> vector<32xi8>
  return %a : vector<32xi8>
}

// Two groups of 32 channels: their words take turns.
// CHECK-LABEL: func.func @groups
func.func @groups(%page: !llvm.ptr, %row: i32, %c: i32) -> vector<64xi8> {
  // CHECK: llvm.load {{.*}} -> vector<8xi32>
  // CHECK: vector.shuffle {{.*}} [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15]
  %a = aligned.load_planes
      #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%row, %c] planes 1 to 2 : !llvm.ptr -> vector<64xi8>
  return %a : vector<64xi8>
}

// A lane of a GPU takes 16 digits: 8 bytes of a 4-bit plane, 16 of another.
// CHECK-LABEL: func.func @lane
func.func @lane(%page: !llvm.ptr<1>, %row: i32, %c: i32) -> (vector<16xi8>, vector<16xi8>) {
  // CHECK: llvm.load {{.*}} {alignment = 8 : i64} : !llvm.ptr<1> -> vector<2xi32>
  // CHECK: vector.shuffle {{.*}} [0, 1, 2, 3]
  // CHECK: llvm.load {{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
  %b, %l = aligned.load_planes
      #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%row, %c] planes 1 to 3 : !llvm.ptr<1> -> vector<16xi8>, vector<16xi8>
  return %b, %l : vector<16xi8>, vector<16xi8>
}

// Packed digits stay together: 16 bytes for 32 channels.
// CHECK-LABEL: func.func @packed
func.func @packed(%page: !llvm.ptr, %row: i32, %c: i32) -> vector<16xi8> {
  // CHECK: %[[WORDS:.*]] = llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr -> vector<4xi32>
  // CHECK-NEXT: vector.bitcast %[[WORDS]] : vector<4xi32> to vector<16xi8>
  %a = aligned.load_planes
      #aligned.layout<fixed, role = key, planes = [4, 4, 8], page = 128, channels = 64>,
      %page[%row, %c] planes 0 to 1 packed : !llvm.ptr -> vector<16xi8>
  return %a : vector<16xi8>
}

// Where nothing writes the planes, loads may move.
// CHECK-LABEL: func.func @invariant
func.func @invariant(%page: !llvm.ptr<1>, %row: i32, %c: i32) -> vector<32xi8> {
  // CHECK: llvm.load %{{.*}} invariant
  %a = aligned.load_planes
      #aligned.layout<fixed, role = value, planes = [8, 8], page = 128, channels = 64>,
      %page[%row, %c] planes 0 to 1 {aligned.invariant} : !llvm.ptr<1> -> vector<32xi8>
  return %a : vector<32xi8>
}
// CHECK-NOT: aligned.load_planes

// Keys of f16 bits lie channel by channel: a row has the 128 positions of a
// page, behind 128 bytes of the largest and 256 of scales.
// CHECK-LABEL: func.func @channel(
// CHECK-SAME: %{{.*}}: !llvm.ptr, %[[CHANNEL:.*]]: i32, %{{.*}}: i32)
func.func @channel(%page: !llvm.ptr, %channel: i32, %position: i32) -> (vector<32xi8>, vector<32xi8>) {
  // CHECK: arith.muli %[[CHANNEL]], %{{.*}}
  // CHECK: llvm.getelementptr %{{.*}}[384]
  // CHECK: llvm.load {{.*}} -> vector<8xi32>
  // CHECK: llvm.getelementptr %{{.*}}[8576]
  // CHECK: llvm.load {{.*}} -> vector<4xi32>
  %a, %b = aligned.load_planes
      #aligned.layout<ieee, role = key, planes = [8, 4, 4], page = 128, channels = 64>,
      %page[%channel, %position] planes 0 to 2 : !llvm.ptr -> vector<32xi8>, vector<32xi8>
  return %a, %b : vector<32xi8>, vector<32xi8>
}
