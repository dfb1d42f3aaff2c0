import Kernels

/// The instruction sets that can run here; `InstructionSetTests` says visibly which cannot.
let availableSets = InstructionSet.allCases.filter(\.isAvailable)
