import CCurl

/// The library that fetches models, which is loaded when it is first needed.
public enum DownloadLibrary {
  /// Why it cannot be used; nil where it can.
  public static func problem() -> String? {
    var curl = headscope_curl()
    return headscope_curl_load(&curl).map { String(cString: $0) }
  }
}
