/// A time in minutes and seconds, whole ones: 1:05. What is less than nothing, or no number, is 0:00.
public func clock(_ seconds: Double) -> String {
  let whole = max(min(Int(saturating: seconds) ?? 0, 1_000_000_000), 0)
  return "\(whole / 60):" + (whole % 60 < 10 ? "0" : "") + "\(whole % 60)"
}
