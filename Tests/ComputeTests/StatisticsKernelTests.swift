import Glibc
import KernelParameters
import TestSupport
import Testing

@testable import Compute

/// What is taken of rows of probabilities, against the same in double precision, one number after the other.
@Suite struct StatisticsKernelTests {
  /// Some rows in a larger matrix, and what kernels make of them.
  private struct Taken {
    var sums = ProbabilitySums()
    var received: [Float]
    var largest: [Float]
    var places: [Int32]
    var largestOfWords: [Float]

    init(
      _ kernels: Kernels, _ matrix: [Float], rows: Int, keys: Int, stride: Int, even: [Float], isWord: [Float],
      offset: Int
    ) {
      // One more number everywhere, which has to stay.
      received = [Float](repeating: 1, count: keys + 1)
      largest = [Float](repeating: -7, count: rows + 1)
      places = [Int32](repeating: -7, count: rows + 1)
      largestOfWords = largest
      matrix.withUnsafeBufferPointer { matrix in
        even.withUnsafeBufferPointer { even in
          isWord.withUnsafeBufferPointer { isWord in
            received.withUnsafeMutableBufferPointer { received in
              largest.withUnsafeMutableBufferPointer { largest in
                places.withUnsafeMutableBufferPointer { places in
                  largestOfWords.withUnsafeMutableBufferPointer { ofWords in
                    guard let matrix = matrix.baseAddress, let even = even.baseAddress, let isWord = isWord.baseAddress,
                      let received = received.baseAddress, let largest = largest.baseAddress,
                      let places = places.baseAddress, let ofWords = ofWords.baseAddress
                    else { return }
                    sums = kernels.takeStatistics(
                      ProbabilityRows(
                        probabilities: matrix, stride: stride, rows: rows, keys: keys, even: even, evenStride: keys,
                        isWord: isWord, offset: offset, received: received, largest: largest, places: places,
                        largestOfWords: ofWords))
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @Test("the statistics of rows are right for every length", arguments: Kernels.available)
  func statisticsAreRight(kernels: Kernels) {
    var generator = SeededGenerator(seed: 31)
    var worst = 0.0
    for keys in Array(1...70) + [127, 128, 1023, 1024, 1025, 1057, 2500] {
      let (rows, stride) = (keys > 100 ? 3 : Int.random(in: 1...9, using: &generator), keys + keys % 3)
      // Numbers of all sizes, some of them 0, some as large as others.
      var matrix = generator.floats(rows * stride, in: 0...1).map { $0 < 0.2 ? 0 : ($0 * 64).rounded() / 64 * $0 }
      for row in 0..<rows {
        let sum = matrix[row * stride..<row * stride + keys].reduce(0, +)
        for key in 0..<keys where sum > 0 { matrix[row * stride + key] /= sum }
        for key in keys..<stride { matrix[row * stride + key] = 9 }
      }
      let even = generator.floats(rows * keys, in: 0...1).map { $0 < 0.3 ? 0 : $0 / Float(keys) }
      let isWord = generator.floats(keys, in: 0...1).map { Float($0 < 0.3 ? 0 : 1) }
      let offset = Int.random(in: -40...40, using: &generator)
      let taken = Taken(
        kernels, matrix, rows: rows, keys: keys, stride: stride, even: even, isWord: isWord, offset: offset)
      var (logarithms, smoothed, distances) = (0.0, 0.0, 0.0)
      var received = [Double](repeating: 1, count: keys + 1)
      for row in 0..<rows {
        let numbers = Array(matrix[row * stride..<row * stride + keys])
        for (key, p) in numbers.map(Double.init).enumerated() {
          let q = 0.9999 * p + 0.0001 * Double(even[row * keys + key])
          if p > 0 { logarithms += p * log(p) }
          if q > 0 { smoothed += q * log(q) }
          distances += p * Double(abs(key + offset - row))
          received[key] += p
        }
        let top = numbers.max() ?? 0
        #expect(taken.largest[row] == top)
        #expect(Int(taken.places[row]) == numbers.firstIndex(of: top))
        #expect(taken.largestOfWords[row] == zip(numbers, isWord).map { $0 * $1 }.max())
      }
      #expect(taken.largest[rows] == -7 && taken.places[rows] == -7 && taken.largestOfWords[rows] == -7)
      worst = max(worst, abs(taken.sums.logarithms - logarithms) / Double(rows))
      worst = max(worst, abs(taken.sums.smoothedLogarithms - smoothed) / Double(rows))
      worst = max(worst, abs(taken.sums.distances - distances) / Double(rows * keys))
      for key in 0...keys { worst = max(worst, abs(Double(taken.received[key]) - received[key])) }
    }
    #expect(worst < 2e-6)
    print("statistics of rows with \(kernels.name): largest error \(worst)")
  }

  @Test("numbers that are none make sums of none, and are no largest number", arguments: Kernels.available)
  func whatIsNoNumberShows(kernels: Kernels) {
    for keys in [1, 3, 4, 15, 16, 17, 40] {
      for odd: Float in [.nan, .infinity] {
        for place in Set([0, keys / 2, keys - 1]) {
          var row = [Float](repeating: 0.25, count: keys)
          row[place] = odd
          let ones = [Float](repeating: 1, count: keys)
          let taken = Taken(
            kernels, row, rows: 1, keys: keys, stride: keys, even: ones, isWord: ones, offset: 0)
          #expect(!taken.sums.logarithms.isFinite && !taken.sums.smoothedLogarithms.isFinite)
          #expect(!taken.received[place].isFinite)
          #expect(taken.received.enumerated().allSatisfy { $0 == place || $1.isFinite })
          #expect(taken.largest[0] == (keys > 1 ? 0.25 : 0) && taken.largestOfWords[0] == taken.largest[0])
          #expect(taken.places[0] == (keys > 1 && place == 0 ? 1 : 0))
        }
      }
    }
    let zeros = [Float](repeating: 0, count: 21)
    let taken = Taken(kernels, zeros, rows: 1, keys: 21, stride: 21, even: zeros, isWord: zeros, offset: 0)
    #expect(taken.sums.logarithms == 0 && taken.sums.smoothedLogarithms == 0 && taken.sums.distances == 0)
    #expect(taken.largest[0] == 0 && taken.places[0] == 0)
  }

  @Test("maxima are the largest of what is let through", arguments: Kernels.available)
  func maximaAreRight(kernels: Kernels) {
    var generator = SeededGenerator(seed: 32)
    for keys in Array(1...40) + [1023, 1024, 1025, 2100] {
      let (rows, stride) = (4, keys + 2)
      var matrix = generator.floats(rows * stride, in: -0.1...1)
      matrix[keys / 2] = .nan
      matrix[stride] = .infinity
      let allowed = (0..<rows * keys).map { _ in Bool.random(using: &generator) }
      var maxima = [Int32](repeating: -1, count: keys + 1)
      maxima.withUnsafeMutableBufferPointer { maxima in
        matrix.withUnsafeBufferPointer { matrix in
          allowed.withUnsafeBufferPointer { allowed in
            guard let maxima = maxima.baseAddress, let matrix = matrix.baseAddress, let allowed = allowed.baseAddress
            else { return }
            kernels.takeMaxima(
              MaximaRows(
                probabilities: matrix, stride: stride, rows: rows, keys: keys, allowed: allowed, allowedStride: keys,
                maxima: maxima))
          }
        }
      }
      for key in 0..<keys {
        let seen = (0..<rows).filter { allowed[$0 * keys + key] }.map { matrix[$0 * stride + key] }
        let found = maxima[key] < 0 ? nil : Float(bitPattern: UInt32(bitPattern: maxima[key]))
        if seen.contains(where: \.isNaN) {
          #expect(found?.isNaN == true)
        } else {
          #expect(found == seen.max().map { max($0, 0) })
        }
      }
      #expect(maxima[keys] == -1)
    }
  }
}
