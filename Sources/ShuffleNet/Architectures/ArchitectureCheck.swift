import KernelInterface
import ShuffledCore

extension Architecture {
  /// Throws a `badData` failure that says what makes no sense.
  public func validate() throws {
    func refuse(_ cause: String) -> Failure { Failure(.badData, cannot: "build network", because: cause) }
    guard !stages.isEmpty, stages.count <= 8 else {
      throw refuse("it has \(stages.count) stages; 1 to 8 are possible")
    }
    let counts = stages.count + (family == .shuffleNetV2 ? 2 : 1)
    guard channels.count == counts else {
      throw refuse("\(stages.count) stages need \(counts) channel counts, not \(channels.count)")
    }
    for (index, units) in stages.enumerated() where !(1...64).contains(units.count) {
      throw refuse("stage\(index + 2) has \(units.count) units; 1 to 64 are possible")
    }
    for count in channels where !(1...8192).contains(count) {
      throw refuse("a layer has \(count) channels; 1 to 8192 are possible")
    }
    // As many as the results database can tell apart.
    guard (1...65_536).contains(classes) else {
      throw refuse("it has \(classes) classes; 1 to 65536 are possible")
    }
    guard activation != .none else { throw refuse("it has no activation") }
    if family == .shuffleNetV1, dialect == .torchvision { throw refuse("torchvision has no ShuffleNet V1") }
    guard (1...64).contains(groups), family == .shuffleNetV1 || groups == 1 else {
      throw refuse(
        family == .shuffleNetV1
          ? "it has \(groups) groups; 1 to 64 are possible" : "ShuffleNet V2 has no groups, not \(groups)")
    }
    var inputs = channels[0]
    for (stage, units) in stages.enumerated() {
      for (number, unit) in units.enumerated() {
        let outputs = channels[stage + 1]
        let cause =
          fault(of: unit)
          ?? (family == .shuffleNetV1
            ? v1Fault(unit, inputs, outputs, isFirstUnit: stage == 0 && number == 0)
            : v2Fault(unit, inputs, outputs))
        if let cause { throw refuse("stage\(stage + 2).\(number) \(cause)") }
        inputs = outputs
      }
    }
  }

  private func fault(of unit: Unit) -> String? {
    let largest = dialect == .megvii ? 2 : 3
    guard (1...largest).contains(unit.stride) else {
      return "has stride \(unit.stride); 1 to \(largest) are possible"
    }
    let dilations = dialect == .article ? 1...16 : 1...1
    guard dilations.contains(unit.dilation) else {
      return dialect == .article
        ? "has dilation \(unit.dilation); 1 to 16 are possible"
        : "has dilation \(unit.dilation), which only the article's dialect knows"
    }
    return nil
  }

  /// What is wrong with a V2 unit, in words that follow its name; nil where nothing is.
  private func v2Fault(_ unit: Unit, _ inputs: Int, _ outputs: Int) -> String? {
    guard outputs % 2 == 0 else { return "makes \(outputs) channels, which are not two halves" }
    if unit.stride > 1 {
      guard dialect == .megvii, outputs <= inputs else { return nil }
      return "makes \(outputs) channels of \(inputs); one that keeps them beside its own has to make more"
    }
    if unit.dilation > 1 {
      guard inputs != outputs / 2 else { return nil }
      return
        "makes \(outputs) channels of \(inputs); its halves match where it makes \(2 * inputs), twice as many as it gets"
    }
    guard inputs != outputs else { return nil }
    return "has stride 1 and makes \(outputs) channels of \(inputs); its halves match where they are as many"
  }

  /// The same of a V1 unit.
  private func v1Fault(_ unit: Unit, _ inputs: Int, _ outputs: Int, isFirstUnit: Bool) -> String? {
    let bottleneck = Self.bottleneck(of: outputs)
    guard bottleneck > 0, bottleneck % groups == 0 else {
      return "has a bottleneck of \(bottleneck) channels, which \(groups) groups do not divide"
    }
    guard inputs % firstGroups(isFirstUnit: isFirstUnit, inputs: inputs) == 0 else {
      return "gets \(inputs) channels, which \(groups) groups do not divide"
    }
    guard unit.stride > 1 || unit.dilation > 1 else {
      guard inputs == outputs else {
        return
          "has stride 1 and makes \(outputs) channels of \(inputs); they are added, so they have to be as many"
      }
      return outputs % groups == 0 ? nil : "makes \(outputs) channels, which \(groups) groups do not divide"
    }
    guard outputs > inputs else {
      return "makes \(outputs) channels of \(inputs); one that keeps them beside its own has to make more"
    }
    guard (outputs - inputs) % groups == 0 else {
      return "makes \(outputs - inputs) channels besides its input's, which \(groups) groups do not divide"
    }
    return nil
  }
}
