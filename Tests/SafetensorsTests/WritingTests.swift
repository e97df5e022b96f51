import Activations
import Checkpoints
import Glibc
import Support
import TestSupport
import Testing

@testable import Safetensors

/// Files that are written, byte for byte, and read again.
@Suite struct WritingTests {
  private let folder = TemporaryFolder()

  private var path: String { folder["model.safetensors"] }

  private let tensors = [
    NamedTensor("a", Tensor(shape: [2], [1, -0.1]), as: .float16),
    NamedTensor("b", Tensor(shape: [2, 3], [1, -2, 0.5, .infinity, 3, 0])),
    NamedTensor("c", Tensor(shape: [1], [1]), as: .bfloat16),
    NamedTensor("é\"", Tensor(shape: [], [7])),
  ]

  /// As the format is defined, and as the reference implementation writes it (`safetensors.serialize`, version 0.8.0).
  @Test("the bytes are those of the format's definition and of the reference implementation")
  func followsDefinition() throws {
    try writeSafetensors(tensors, metadata: [("format", "pt")], to: path)
    let header =
      #"{"__metadata__":{"format":"pt"},"#
      + #""b":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
      + #""é\"":{"dtype":"F32","shape":[],"data_offsets":[24,28]},"#
      + #""c":{"dtype":"BF16","shape":[1],"data_offsets":[28,30]},"#
      + #""a":{"dtype":"F16","shape":[2],"data_offsets":[30,34]}}"#
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.utf8.count % 8) % 8)
    let length = header.utf8.count + padding.count
    var expected: [UInt8] = [UInt8(length & 255), UInt8(length >> 8), 0, 0, 0, 0, 0, 0]
    expected += Array(header.utf8) + padding
    #expect(expected.count % 8 == 0)
    expected += [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x7F, 0, 0, 0x40, 0x40, 0, 0, 0, 0]
    expected += [0, 0, 0xE0, 0x40] + [0x80, 0x3F] + [0, 0x3C, 0x66, 0xAE]
    #expect(Fixtures.bytes(path) == expected)
  }

  @Test("what is written is read again, views and many numbers too")
  func isReadAgain() throws {
    var generator = SeededGenerator(seed: 3)
    let values = generator.floats(300 * 250, in: -1e3...1e3)
    let whole = Tensor(shape: [300, 250], values)
    let view = Tensor(storage: whole.storage, offset: 250, shape: [250, 299], strides: [1, 250])
    try writeSafetensors(
      [NamedTensor("whole", whole), NamedTensor("view", view), NamedTensor("none", Tensor(shape: [0, 4], []))],
      to: path)
    let checkpoint = try Checkpoint(folder: folder.path)
    #expect(checkpoint.names.sorted() == ["none", "view", "whole"])
    for (name, tensor) in [("whole", whole), ("view", view)] {
      let found = try #require(checkpoint.tensor(named: name))
      #expect(found.entry.shape == tensor.shape && found.entry.type == .float32)
      #expect(try found.values() == tensor.values())
      #expect(found.entry.range.lowerBound % 8 == 0)
    }
    #expect(try checkpoint.tensor(named: "none")?.values() == [])
  }

  @Test("metadata is read again")
  func keepsMetadata() throws {
    try writeSafetensors(tensors, metadata: [("format", "pt"), ("step", "a\"\n\u{1F431}")], to: path)
    let bytes = Fixtures.bytes(path)
    let header = try bytes.withUnsafeBytes { (bytes) in try SafetensorsHeader(of: bytes, path: path) }
    #expect(header.metadata == ["format": "pt", "step": "a\"\n\u{1F431}"])
  }

  @Test("half precision is rounded to the nearest number, and to the even one of two")
  func rounds() {
    for bits in UInt16.min...UInt16.max {
      for (widened, narrowed) in [
        (widened(float16: bits), narrowed(float16:)), (widened(bfloat16: bits), narrowed(bfloat16:)),
      ] {
        guard !widened.isNaN else { continue }
        #expect(narrowed(widened) == bits)
      }
      // Halfway to the next number, and a little before and behind that.
      let (this, next) = (Double(widened(float16: bits)), Double(widened(float16: bits &+ 1)))
      guard this.isFinite, next.isFinite, bits & 0x7FFF != 0x7FFF else { continue }
      let middle = Float((this + next) / 2)
      let even = bits % 2 == 0 ? bits : bits + 1
      #expect(narrowed(float16: middle) == even)
      let before = this < next ? middle.nextDown : middle.nextUp
      let behind = this < next ? middle.nextUp : middle.nextDown
      #expect(narrowed(float16: before) == bits && narrowed(float16: behind) == bits + 1)
    }
    #expect(narrowed(float16: 65_519.996) == 0x7BFF && narrowed(float16: 65_520) == 0x7C00)
    #expect(narrowed(float16: -.infinity) == 0xFC00 && widened(float16: narrowed(float16: -.nan)).isNaN)
    #expect(narrowed(bfloat16: .greatestFiniteMagnitude) == 0x7F80)
    // A NaN whose lower half alone says so.
    #expect(widened(bfloat16: narrowed(bfloat16: Float(bitPattern: 0x7F80_0001))).isNaN)
    #expect(narrowed(bfloat16: Float(bitPattern: 0x3F80_8000)) == 0x3F80)
    #expect(narrowed(bfloat16: Float(bitPattern: 0x3F81_8000)) == 0x3F82)
    #expect(narrowed(bfloat16: Float(bitPattern: 0x3F80_8001)) == 0x3F81)
  }

  @Test("widens every half-precision number exactly")
  func widensHalf() {
    // Powers and fractions computed in double precision, where they are exact.
    for bits in 0...UInt16.max {
      let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Double(bits & 0x3FF))
      let magnitude =
        exponent == 0 ? fraction * 0x1p-24 : (1 + fraction / 1024) * scalbn(1, exponent - 15)
      let value = widened(float16: bits)
      if exponent == 31 {
        #expect(fraction == 0 ? value.isInfinite : value.isNaN)
      } else {
        #expect(value == Float(bits & 0x8000 == 0 ? magnitude : -magnitude))
        #expect((value.sign == .minus) == (bits & 0x8000 != 0))
      }
    }
  }

  @Test("widens every number of eight bits exactly")
  func widensEight() {
    for bits in UInt8.min...UInt8.max {
      let (exponent, fraction) = (Int(bits >> 3 & 0xF), Double(bits & 7))
      let magnitude = exponent == 0 ? fraction * 0x1p-9 : (1 + fraction / 8) * scalbn(1, exponent - 7)
      let value = widened(float8e4m3: bits)
      #expect(bits & 0x7F == 0x7F ? value.isNaN : value == Float(bits & 0x80 == 0 ? magnitude : -magnitude))
    }
  }

  @Test("two tensors of one name are refused, and so is the metadata's name; what was there stays")
  func refusesNamesTwice() {
    folder.write("as before", to: "model.safetensors")
    for name in ["a", "__metadata__"] {
      let error = #expect(throws: SafetensorsError.self) {
        try writeSafetensors(tensors + [NamedTensor(name, Tensor(shape: [1], [1]))], to: path)
      }
      #expect(error?.description == "\(path): cannot hold the tensor '\(name)': its name is taken")
    }
    #expect(Fixtures.bytes(path) == Array("as before".utf8))
    #expect(folder.list() == ["model.safetensors"])
  }

  @Test("names that look alike and are not the same bytes are two")
  func tellsNamesApart() throws {
    try writeSafetensors(
      ["\u{E9}", "e\u{301}"].map { NamedTensor($0, Tensor(shape: [1], [1])) }, to: path)
    let bytes = Fixtures.bytes(path)
    let header = try bytes.withUnsafeBytes { (bytes) in try SafetensorsHeader(of: bytes, path: path) }
    #expect(header.entries.map { Array($0.name.utf8) } == [Array("e\u{301}".utf8), Array("\u{E9}".utf8)])
  }

  @Test("a folder that is not there is an error in one line")
  func cannotBeWritten() {
    let path = folder["none/model.safetensors"]
    let error = #expect(throws: SafetensorsError.self) { try writeSafetensors(tensors, to: path) }
    #expect(error?.description == "\(path): cannot be written: No such file or directory")
  }
}
