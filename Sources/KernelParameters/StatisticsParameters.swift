/// Rows of probabilities of which statistics are taken.
public struct ProbabilityRows {
  /// [rows, keys], its rows `stride` apart.
  public var probabilities: UnsafePointer<Float>
  /// How many numbers lie between the beginnings of neighbouring rows.
  public var stride: Int
  /// How many queries there are.
  public var rows: Int
  /// How many keys a row has.
  public var keys: Int
  /// [rows, keys], its rows `evenStride` apart: even attention over the keys that a query sees.
  public var even: UnsafePointer<Float>
  /// How far apart the rows of `even` lie; 0 where all have the same.
  public var evenStride: Int
  /// [keys]: 1 for a word, 0 for a separator.
  public var isWord: UnsafePointer<Float>
  /// The position of the first key less that of the first query. Each row is of the query after that of the row before.
  public var offset: Int
  /// [keys]: what the keys get is added to these.
  public var received: UnsafeMutablePointer<Float>
  /// [rows]: is set to the largest finite number of each row, 0 where none is larger.
  public var largest: UnsafeMutablePointer<Float>
  /// [rows]: is set to the first key that has it, or the first one of all where it is 0.
  public var places: UnsafeMutablePointer<Int32>
  /// [rows]: is set to the largest finite number of each row that a word gets, 0 where none is larger.
  public var largestOfWords: UnsafeMutablePointer<Float>

  /// Rows and where their statistics go; see the properties.
  public init(
    probabilities: UnsafePointer<Float>, stride: Int, rows: Int, keys: Int, even: UnsafePointer<Float>, evenStride: Int,
    isWord: UnsafePointer<Float>, offset: Int, received: UnsafeMutablePointer<Float>,
    largest: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Int32>,
    largestOfWords: UnsafeMutablePointer<Float>
  ) {
    self.probabilities = probabilities
    self.stride = stride
    self.rows = rows
    self.keys = keys
    self.even = even
    self.evenStride = evenStride
    self.isWord = isWord
    self.offset = offset
    self.received = received
    self.largest = largest
    self.places = places
    self.largestOfWords = largestOfWords
  }
}

/// What is summed over rows of probabilities.
public struct ProbabilitySums {
  /// Σ p ln p, in nats.
  public var logarithms = 0.0
  /// Σ q ln q, in nats, of q = 0.9999 p + 0.0001 times even attention.
  public var smoothedLogarithms = 0.0
  /// Σ p |query − key|
  public var distances = 0.0

  /// Nothing yet.
  public init() {}
}

/// Rows of probabilities, of which the largest of every key is kept.
public struct MaximaRows {
  /// [rows, keys], its rows `stride` apart.
  public var probabilities: UnsafePointer<Float>
  /// How many numbers lie between the beginnings of neighbouring rows.
  public var stride: Int
  /// How many queries there are.
  public var rows: Int
  /// How many keys a row has.
  public var keys: Int
  /// [rows, keys], its rows `allowedStride` apart: false for a blocked key.
  public var allowed: UnsafePointer<Bool>
  /// How far apart the rows of `allowed` lie.
  public var allowedStride: Int
  /// [keys]: the bits of the largest number so far, without sign: NaN is the largest of all. Below 0 where every query blocked the key.
  public var maxima: UnsafeMutablePointer<Int32>

  /// Rows and the maxima so far; see the properties.
  public init(
    probabilities: UnsafePointer<Float>, stride: Int, rows: Int, keys: Int, allowed: UnsafePointer<Bool>,
    allowedStride: Int, maxima: UnsafeMutablePointer<Int32>
  ) {
    self.probabilities = probabilities
    self.stride = stride
    self.rows = rows
    self.keys = keys
    self.allowed = allowed
    self.allowedStride = allowedStride
    self.maxima = maxima
  }
}
