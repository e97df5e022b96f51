import JSON
import Support

/// A SentencePiece model: the pieces with their scores, and how texts are normalized.
///
/// Source: `sentencepiece_model.proto` of google/sentencepiece.
struct SentencePieceFile {
  enum Kind: UInt64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  struct Piece {
    var text: String
    var score: Float = 0
    var kind = Kind.normal
  }

  /// How the pieces were learned.
  enum Algorithm: UInt64 {
    case unigram = 1
    case bpe, word, character
  }

  let path: String
  private(set) var pieces: [Piece] = []
  private(set) var algorithm = Algorithm.unigram
  private(set) var usesByteFallback = false
  private(set) var putsSpacesAtEnds = false
  private(set) var unknownID = 0
  private(set) var bosID = 1
  private(set) var eosID = 2
  private(set) var unknownPiece = "<unk>"
  private(set) var bosPiece = "<s>"
  private(set) var eosPiece = "</s>"
  /// The rules of normalization; nil where there are none.
  private(set) var rules: Precompiled?
  private(set) var addsDummyPrefix = true
  private(set) var removesExtraWhitespace = true
  private(set) var escapesWhitespace = true

  /// How many bytes all pieces may have together. The largest known model has 3 MB. It keeps a damaged file from taking all
  /// memory.
  static let mostBytes = 1 << 23
  /// How many bytes a piece may have.
  static let longestPiece = 1 << 9

  init(_ path: String) throws(TokenizerError) {
    self.path = path
    let bytes = try TextFile.read(path)
    let failure: ProtobufReader.Failure? = bytes.withUnsafeBufferPointer { bytes in
      do throws(ProtobufReader.Failure) { try read(bytes) } catch { return error }
      return nil
    }
    if let failure {
      throw TokenizerError(
        file: path, "is not a SentencePiece model, or is damaged: \(words: failure.message) (byte \(failure.offset))")
    }
    guard !pieces.isEmpty else {
      throw TokenizerError(file: path, "is not a SentencePiece model: there are no pieces in it")
    }
    guard pieces.indices.contains(unknownID) else {
      throw TokenizerError(
        file: path, "the unknown piece has the id \(unknownID), and there are \(pieces.count) pieces")
    }
    guard algorithm == .unigram || algorithm == .bpe else {
      throw TokenizerError(
        file: path, "is a SentencePiece model of whole words or of characters; unigram and BPE models are read")
    }
    if putsSpacesAtEnds {
      throw TokenizerError(
        file: path, "puts spaces at the ends of words (treat_whitespace_as_suffix), which is not known here")
    }
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(ProtobufReader.Failure) {
    var reader = ProtobufReader(bytes, in: 0..<bytes.count)
    var size = 0
    while let (field, value) = try reader.next() {
      guard case .bytes(let range) = value else { continue }
      switch field {
      case 1:
        let piece = try Self.piece(bytes, range)
        size += piece.text.utf8.count
        guard size <= Self.mostBytes else {
          throw ProtobufReader.Failure(
            message: "its pieces have more than \(Self.mostBytes >> 20) MB together", offset: range.lowerBound)
        }
        pieces.append(piece)
      case 2: try readTrainer(bytes, range)
      case 3: try readNormalizer(bytes, range)
      default: break
      }
    }
  }

  private static func piece(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(ProtobufReader.Failure) -> Piece {
    var reader = ProtobufReader(bytes, in: range)
    var piece = Piece(text: "")
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .bytes(let range)): piece.text = try text(bytes, range, atMost: longestPiece)
      case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
      case (3, .varint(let number)):
        guard let kind = Kind(rawValue: number) else {
          throw ProtobufReader.Failure(message: "a piece is of an unknown kind, \(number)", offset: range.lowerBound)
        }
        piece.kind = kind
      default: break
      }
    }
    guard !piece.text.isEmpty else {
      throw ProtobufReader.Failure(message: "a piece is empty", offset: range.lowerBound)
    }
    guard piece.score.isFinite else {
      throw ProtobufReader.Failure(message: "the score of a piece is no number", offset: range.lowerBound)
    }
    return piece
  }

  private static func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, atMost limit: Int
  ) throws(ProtobufReader.Failure) -> String {
    guard range.count <= limit else {
      throw ProtobufReader.Failure(
        message: "a piece has \(range.count) bytes, more than \(limit)", offset: range.lowerBound)
    }
    guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
      throw ProtobufReader.Failure(message: "a piece is not valid UTF-8", offset: range.lowerBound)
    }
    return text
  }

  private mutating func readTrainer(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(ProtobufReader.Failure) {
    var reader = ProtobufReader(bytes, in: range)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (3, .varint(let number)):
        guard let kind = Algorithm(rawValue: number) else {
          throw ProtobufReader.Failure(message: "the model is of an unknown type, \(number)", offset: range.lowerBound)
        }
        algorithm = kind
      case (24, .varint(let number)): putsSpacesAtEnds = number != 0
      case (35, .varint(let number)): usesByteFallback = number != 0
      case (40, .varint(let number)): unknownID = Int(truncatingIfNeeded: number)
      case (41, .varint(let number)): bosID = Int(truncatingIfNeeded: number)
      case (42, .varint(let number)): eosID = Int(truncatingIfNeeded: number)
      case (45, .bytes(let range)): unknownPiece = try Self.text(bytes, range, atMost: Self.longestPiece)
      case (46, .bytes(let range)): bosPiece = try Self.text(bytes, range, atMost: Self.longestPiece)
      case (47, .bytes(let range)): eosPiece = try Self.text(bytes, range, atMost: Self.longestPiece)
      default: break
      }
    }
  }

  private mutating func readNormalizer(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(ProtobufReader.Failure) {
    var reader = ProtobufReader(bytes, in: range)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (2, .bytes(let range)):
        rules = nil
        if range.isEmpty { continue }
        do { rules = try Precompiled(Array(bytes[range])) } catch {
          throw ProtobufReader.Failure(
            message: "its rules of normalization are damaged: \(error.message)", offset: range.lowerBound)
        }
      case (3, .varint(let number)): addsDummyPrefix = number != 0
      case (4, .varint(let number)): removesExtraWhitespace = number != 0
      case (5, .varint(let number)): escapesWhitespace = number != 0
      default: break
      }
    }
  }
}
