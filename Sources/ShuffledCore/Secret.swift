/// A text that nobody may see: a dump or an interpolation of it shows three asterisks.
public struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The text itself; for whoever needs it to open something.
  public let revealed: String

  public init(_ text: String) { revealed = text }

  public var description: String { SecretMask.shown }
  public var debugDescription: String { SecretMask.shown }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
