import CKernels

/// The instruction sets that the kernels are compiled for.
package enum InstructionSet: UInt32, CaseIterable, Sendable {
  /// Any machine.
  case portable
  /// AVX2 with fused multiplication and addition.
  case avx2
  /// AVX-512.
  case avx512

  /// The set that the calling thread's kernels use.
  package static var selected: InstructionSet {
    InstructionSet(rawValue: umwelt_selected_isa().rawValue) ?? .portable
  }

  /// Makes the calling thread's element-wise kernels use this set; false where the machine lacks it.
  package func select() -> Bool { umwelt_select_isa(UmweltISA(rawValue: rawValue)) }
}
