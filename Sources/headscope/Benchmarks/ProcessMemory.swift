import Support

/// What this process takes.
enum ProcessMemory {
  /// A line of /proc/self/status, in MiB.
  static func mebibytes(_ name: String) throws -> Double {
    let text = try InputFile("/proc/self/status").bytes(limit: 1 << 20)
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") where line.hasPrefix("\(name):") {
      let digits = line.filter { $0.isASCII && $0.isNumber }
      if let kibibytes = Int(decimal: digits) { return Double(kibibytes) / 1024 }
    }
    throw CommandError("/proc/self/status has no \(name)")
  }
}
