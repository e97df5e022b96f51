import Support

extension Files {
  /// Writes to a terminal; whether all of it went through.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    (try? write(bytes, to: descriptor, path: "the terminal")) != nil
  }
}
