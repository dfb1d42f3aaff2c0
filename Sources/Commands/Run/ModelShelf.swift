import Kernels
import ModelFiles
import ShuffledCore

/// The models that a configuration names, each loaded once.
struct ModelShelf: Sendable {
  /// By the name that configurations use; two names may mean one file.
  private(set) var byName: [String: ReadyModel] = [:]

  /// Loads them; blocks. A model whose file has not changed since `previous` loaded it is taken from there.
  /// - failed: told of each that cannot be loaded.
  init(
    _ names: [String], _ library: ModelLibrary, _ set: InstructionSet, previous: ModelShelf? = nil,
    failed: (_ name: String, Failure) -> Void
  ) {
    var byHash: [String: ReadyModel] = [:]
    for model in previous?.byName.values ?? [:].values { byHash[model.file.sha256] = model }
    for name in names where byName[name] == nil {
      do {
        // Read anew in any case: a file may have changed.
        let file = try ModelFile(path: library.path(of: name), labels: library.labels)
        let model = try byHash[file.sha256] ?? ReadyModel(file, set)
        byHash[file.sha256] = model
        byName[name] = model
      } catch {
        failed(name, error as? Failure ?? Failure(.failed, cannot: "load model", name, because: "\(error)"))
      }
    }
  }

  subscript(name: String) -> ReadyModel? { byName[name] }
}
