/// The program's version, by https://semver.org.
public enum Version {
  public static let number = "0.1.0"
}
