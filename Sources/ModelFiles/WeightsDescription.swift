import KernelInterface
import ShuffleNet
import ShuffledCore

/// What somebody says of weights; nil is what the file says, or is recognised by its tensors, or usual.
public struct WeightsDescription: Sendable {
  public var name: String?
  public var architecture: Architecture?
  /// One of `Architecture.names`: the network of that name in the dialect of the weights, with as many classes.
  public var published: String?
  public var dialect: Architecture.Dialect?
  public var activation: Activation?
  public var labels: [String]?
  public var input: InputChanges?

  /// What differs from the usual preprocessing.
  public struct InputChanges: Sendable {
    public var size: PixelSize?
    public var resizeShorter: Int?
    public var channelOrder: InputSpecification.ChannelOrder?
    public var scale: Double?
    public var mean: [Double]?
    public var std: [Double]?

    public init() {}
  }

  public init() {}

  /// A description with what is said instead. Throws `DescriptionFault` where that does not fit the weights, `badData` where
  /// the architecture makes no sense.
  func changing(_ description: ModelDescription, of file: any TensorFile) throws -> ModelDescription {
    var changed = description
    if let name { changed.name = name }
    if let labels { changed.labels = labels }
    changed.architecture = try checked(try wanted(of: file) ?? description.architecture, of: file)
    try changed.architecture.validate()
    changed.input = input?.applied(to: description.input) ?? description.input
    try check(changed)
    return changed
  }

  /// The network that is said; nil where it is not.
  private func wanted(of file: any TensorFile) throws -> Architecture? {
    guard let published else { return architecture }
    let found = ArchitectureRecognition.dialect(of: Set(file.tensorNames))
    let classes = found.flatMap { file.shape($0.classifier.weight)?.first }
    if let named = Architecture.named(published, dialect: dialect ?? found, classes: classes ?? 1000) {
      return named
    }
    throw DescriptionFault(
      cause:
        "its tensors have the names of \(found.map { "\($0)" } ?? "another")'s dialect, which has no \(published)"
    )
  }

  /// What the tensors have to be those of. Throws `DescriptionFault` where they are not.
  private func checked(_ architecture: Architecture, of file: any TensorFile) throws -> Architecture {
    var architecture = architecture
    if let dialect, dialect != architecture.dialect {
      throw DescriptionFault(
        cause: "its tensors have the names of \(architecture.dialect)'s dialect, not of \(dialect)'s")
    }
    if let activation { architecture.activation = activation }
    if self.architecture != nil || published != nil || activation != nil { try fit(architecture, file) }
    return architecture
  }

  private func fit(_ architecture: Architecture, _ file: any TensorFile) throws {
    if let fault = try WeightCheck(file, architecture).fault {
      throw DescriptionFault(cause: "as \(architecture.name) it \(fault)")
    }
  }

  /// The description of a file's weights. Throws `DescriptionFault` or `badData` where they are no network's that is
  /// known, or another's.
  package func description(
    of file: any TensorFile, path: String, labels known: (_ classes: Int) -> [String]?
  ) throws -> ModelDescription {
    let architecture = try checked(
      try wanted(of: file) ?? ArchitectureRecognition.architecture(of: file), of: file)
    try fit(architecture, file)
    return try described(architecture, path: path, labels: known)
  }

  /// The description of a model that is made anew. Throws a usage failure where the architecture or the labels make no
  /// sense.
  public func description(
    of architecture: Architecture, path: String, labels known: (_ classes: Int) -> [String]?
  ) throws -> ModelDescription {
    var architecture = architecture
    if let activation { architecture.activation = activation }
    do {
      try architecture.validate()
      return try described(architecture, path: path, labels: known)
    } catch let fault as DescriptionFault {
      throw Failure(.usage, cannot: "make model", because: fault.cause, remedy: fault.remedy)
    } catch let failure as Failure where failure.operation == "build network" {
      throw Failure(.usage, cannot: "make model", because: failure.cause)
    }
  }

  private func described(
    _ architecture: Architecture, path: String, labels known: (_ classes: Int) -> [String]?
  ) throws -> ModelDescription {
    let usual: InputSpecification = architecture.dialect == .megvii ? .megvii : .torchvision(architecture)
    let description = ModelDescription(
      name: name ?? Self.stem(path), architecture: architecture, input: input?.applied(to: usual) ?? usual,
      labels: labels ?? known(architecture.classes) ?? (0..<architecture.classes).map { "class \($0)" })
    try check(description)
    return description
  }

  private func check(_ description: ModelDescription) throws {
    if let labels, labels.count != description.architecture.classes {
      throw DescriptionFault(
        cause: "\(labels.count) labels were given for its \(description.architecture.classes) classes")
    }
    try description.checkLabels()
  }

  /// A file's name without its folder and ending.
  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}

extension WeightsDescription.InputChanges {
  func applied(to specification: InputSpecification) -> InputSpecification {
    InputSpecification(
      size: size ?? specification.size, resizeShorter: resizeShorter ?? specification.resizeShorter,
      channelOrder: channelOrder ?? specification.channelOrder, scale: scale ?? specification.scale,
      mean: mean ?? specification.mean, std: std ?? specification.std)
  }
}

extension Architecture {
  /// What it is called: the published network's name, or its family's.
  public var name: String {
    let published = Architecture.names.first { name in
      guard var other = Architecture.named(name, dialect: dialect, classes: classes) else { return false }
      other.activation = activation
      return other == self
    }
    return "\(published ?? family.rawValue) (\(dialect))"
  }
}

extension InputSpecification {
  /// What Megvii's weights were trained with: blue first, and not normalised.
  static let megvii = InputSpecification(
    size: PixelSize(width: 224, height: 224), resizeShorter: 256, channelOrder: .bgr, scale: 1,
    mean: [0, 0, 0], std: [1, 1, 1])

  /// torchvision's of a network: x1.5 and x2.0 were trained later, on pictures cut closer.
  static func torchvision(_ architecture: Architecture) -> InputSpecification {
    var specification = torchvision
    if architecture.dialect == .torchvision, architecture.channels[1] >= 176 {
      specification.resizeShorter = 232
    }
    return specification
  }
}
