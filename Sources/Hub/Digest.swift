/// The two digests that the hub names files by: SHA-256 for large files, and git's name for small ones, which is the
/// SHA-1 of the word `blob`, the length and the content.
///
/// They are here to notice what was damaged on the way, and are computed while a file arrives.
struct FileDigest {
  private var state: any BlockHash

  /// SHA-256 of whatever comes.
  static var sha256: FileDigest { FileDigest(state: SHA256()) }

  private init(state: any BlockHash) { self.state = state }

  /// The digest that an entity tag looks like; nil if it looks like none, and only the size can be checked.
  init?(entityTag: String, size: Int?) {
    guard entityTag.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
    switch (entityTag.utf8.count, size) {
    case (64, _): state = SHA256()
    case (40, let size?):
      state = SHA1()
      Array("blob \(size)\0".utf8).withUnsafeBytes { state.add($0) }
    default: return nil
    }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) { state.add(bytes) }

  /// The digest of what was added, in hexadecimal.
  var text: String {
    var finished = state
    return finished.finish().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

/// A hash over blocks of 64 bytes with 32-bit words and Merkle-Damgård padding: what SHA-1 and SHA-256 have in common.
protocol BlockHash {
  var words: [UInt32] { get }
  var pending: [UInt8] { get set }
  var length: UInt64 { get set }
  mutating func addBlock(_ block: UnsafeRawBufferPointer)
}

extension BlockHash {
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    length += UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let missing = rest.prefix(64 - pending.count)
      pending += missing
      rest = rest.dropFirst(missing.count)
      guard pending.count == 64 else { return }
      let block = pending
      pending.removeAll(keepingCapacity: true)
      block.withUnsafeBytes { addBlock($0) }
    }
    while rest.count >= 64 {
      addBlock(UnsafeRawBufferPointer(rebasing: rest.prefix(64)))
      rest = rest.dropFirst(64)
    }
    pending += rest
  }

  mutating func finish() -> [UInt8] {
    let bits = length &* 8
    let padding = [0x80] + [UInt8](repeating: 0, count: (119 - Int(length % 64)) % 64)
    let end = padding + withUnsafeBytes(of: bits.bigEndian) { Array($0) }
    end.withUnsafeBytes { add($0) }
    return words.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
  }

  static func word(_ index: Int, of block: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
  }
}

private func rotated(_ word: UInt32, left count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
private func rotated(_ word: UInt32, right count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

/// SHA-256 as in FIPS 180-4.
struct SHA256: BlockHash {
  var pending: [UInt8] = []
  var length: UInt64 = 0
  private var state = SIMD8<UInt32>(
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

  var words: [UInt32] { state.indices.map { state[$0] } }

  mutating func addBlock(_ block: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      for index in 0..<16 { schedule[index] = Self.word(index, of: block) }
      for index in 16..<64 {
        let early = schedule[index - 15]
        let late = schedule[index - 2]
        let first = rotated(early, right: 7) ^ rotated(early, right: 18) ^ early >> 3
        let second = rotated(late, right: 17) ^ rotated(late, right: 19) ^ late >> 10
        schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      Self.constants.withUnsafeBufferPointer { constants in
        // One round; instead of moving the eight words along, the next round takes them in turned order.
        func round(
          _ index: Int, _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
          _ g: UInt32, _ h: inout UInt32
        ) {
          let sumE = rotated(e, right: 6) ^ rotated(e, right: 11) ^ rotated(e, right: 25)
          let first = h &+ sumE &+ (g ^ e & (f ^ g)) &+ constants[index] &+ schedule[index]
          let sumA = rotated(a, right: 2) ^ rotated(a, right: 13) ^ rotated(a, right: 22)
          d &+= first
          h = first &+ sumA &+ (a & b ^ a & c ^ b & c)
        }
        for index in stride(from: 0, to: 64, by: 8) {
          round(index, a, b, c, &d, e, f, g, &h)
          round(index + 1, h, a, b, &c, d, e, f, &g)
          round(index + 2, g, h, a, &b, c, d, e, &f)
          round(index + 3, f, g, h, &a, b, c, d, &e)
          round(index + 4, e, f, g, &h, a, b, c, &d)
          round(index + 5, d, e, f, &g, h, a, b, &c)
          round(index + 6, c, d, e, &f, g, h, a, &b)
          round(index + 7, b, c, d, &e, f, g, h, &a)
        }
      }
      state &+= SIMD8(a, b, c, d, e, f, g, h)
    }
  }

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

/// SHA-1 as in FIPS 180-4.
struct SHA1: BlockHash {
  var pending: [UInt8] = []
  var length: UInt64 = 0
  private(set) var words: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]

  mutating func addBlock(_ block: UnsafeRawBufferPointer) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { schedule in
      for index in 0..<16 { schedule[index] = Self.word(index, of: block) }
      for index in 16..<80 {
        schedule[index] = rotated(
          schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16], left: 1)
      }
      var (a, b, c, d, e) = (words[0], words[1], words[2], words[3], words[4])
      for index in 0..<80 {
        let (mix, constant): (UInt32, UInt32) =
          switch index {
          case ..<20: (b & c ^ ~b & d, 0x5a82_7999)
          case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
          case ..<60: (b & c ^ b & d ^ c & d, 0x8f1b_bcdc)
          default: (b ^ c ^ d, 0xca62_c1d6)
          }
        let next = rotated(a, left: 5) &+ mix &+ e &+ constant &+ schedule[index]
        (e, d, c, b, a) = (d, c, rotated(b, left: 30), a, next)
      }
      for (index, value) in [a, b, c, d, e].enumerated() { words[index] &+= value }
    }
  }
}
