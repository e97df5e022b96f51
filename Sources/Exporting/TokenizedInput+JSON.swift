import Activations
import JSON

extension TokenizedInput {
  /// For programs: an object with everything that is known about each token. Offsets are in code points.
  ///
  /// It is written as it is gone through: making values of a long text first takes longer than tokenizing it.
  public func writeJSON(into bytes: inout [UInt8]) {
    bytes += "{\"ids\":".utf8
    writeList(inputIDs, into: &bytes) { writeInteger(Int($0), into: &$1) }
    bytes += ",\"tokens\":".utf8
    writeList(tokens, into: &bytes) { JSONValue($0).write(into: &$1) }
    bytes += ",\"offsets\":".utf8
    writeList(offsets, into: &bytes) { range, bytes in
      writeList([range.lowerBound, range.upperBound], into: &bytes) { writeInteger($0, into: &$1) }
    }
    bytes += ",\"special_tokens_mask\":".utf8
    writeList(specialTokensMask, into: &bytes) { writeInteger($0 ? 1 : 0, into: &$1) }
    bytes += ",\"type_ids\":".utf8
    writeList(tokenTypeIDs, into: &bytes) { writeInteger(Int($0), into: &$1) }
    bytes.append(UInt8(ascii: "}"))
  }

  private func writeList<Element>(
    _ elements: [Element], into bytes: inout [UInt8], write: (Element, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(element, &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private func writeInteger(_ integer: Int, into bytes: inout [UInt8]) {
    if integer < 0 { bytes.append(UInt8(ascii: "-")) }
    var (rest, place) = (integer.magnitude, UInt(1))
    while rest / place >= 10 { place *= 10 }
    while place > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
      rest %= place
      place /= 10
    }
  }
}
