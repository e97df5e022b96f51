import Testing

@testable import Activations

@Suite struct TensorTests {
  private let tensor = Tensor(shape: [2, 3, 4], (0..<24).map(Float.init))

  @Test("is row-major unless told otherwise")
  func isRowMajor() {
    #expect(tensor.strides == [12, 4, 1] && tensor.isRowMajor && tensor.count == 24)
    #expect(tensor[1, 2, 3] == 23)
    #expect(tensor.values() == (0..<24).map(Float.init))
  }

  @Test("slices share the storage")
  func slicesShareStorage() {
    let slice = tensor[slice: 1]
    #expect(slice.shape == [3, 4] && slice.storage === tensor.storage)
    #expect(slice[0, 1] == 13 && slice.row(2) == [20, 21, 22, 23])
    #expect(slice[slice: 1].values() == [16, 17, 18, 19])
  }

  @Test("views with other strides read what they say")
  func readsStridedViews() {
    // Queries of two heads beside each other, as a fused product leaves them: [position, head, size] seen by head.
    let view = Tensor(storage: tensor.storage, offset: 1, shape: [2, 2, 2], strides: [2, 8, 1])
    #expect(!view.isRowMajor)
    #expect(view.values() == [1, 2, 9, 10, 3, 4, 11, 12])
    #expect(view[slice: 1].row(1) == [11, 12])
    let transposed = Tensor(storage: tensor.storage, shape: [4, 3], strides: [1, 4])
    #expect(transposed.values() == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    #expect(transposed.row(1) == [1, 5, 9])
  }

  @Test("may be empty")
  func mayBeEmpty() {
    #expect(Tensor(shape: [0, 5], []).values().isEmpty)
    #expect(Tensor(shape: [3, 0], []).row(1).isEmpty)
  }
}

@Suite struct MemoryPoolTests {
  @Test("a block is as large as asked for, or at most a quarter larger")
  func roundsUp() {
    for bytes in [1, 63, 64, 65, 1000, 1024, 1025, 99_999, 12_582_912, 12_582_913, 1 << 40] {
      let capacity = MemoryPool.capacity(for: bytes)
      #expect(capacity >= bytes && (capacity <= bytes + bytes / 4 || capacity - bytes < 64), "\(bytes)")
      #expect(MemoryPool.capacity(for: capacity) == capacity)
    }
  }

  @Test("gives a block to the next who needs as much")
  func reusesBlocks() {
    let pool = MemoryPool(limit: 10 << 20)
    let block = pool.take(atLeast: 1 << 20)
    pool.giveBack(block)
    #expect(pool.waitingBytes == 1 << 20)
    let small = pool.take(atLeast: 1 << 19)
    let larger = pool.take(atLeast: (1 << 20) + 1)
    #expect(small.start != block.start && larger.start != block.start)
    let fitting = pool.take(atLeast: 900 << 10)
    #expect(fitting.start == block.start && fitting.capacity == 1 << 20)
    #expect(pool.waitingBytes == 0)
    for block in [small, larger, fitting] { pool.giveBack(block) }
  }

  @Test("keeps no more than its limit, the latest blocks of all sizes")
  func isBounded() {
    let pool = MemoryPool(limit: 300 << 10)
    let blocks = [64, 128, 64, 128, 96].map { pool.take(atLeast: $0 << 10) }
    for block in blocks { pool.giveBack(block) }
    #expect(pool.waitingBytes == (64 + 128 + 96) << 10)
    let kept = [64, 128, 96].map { pool.take(atLeast: $0 << 10).start }
    #expect(Set(kept) == Set(blocks.suffix(3).map(\.start)))
    pool.giveBack(pool.take(atLeast: 400 << 10))
    #expect(pool.waitingBytes == 0)
  }

  @Test("where it is leased, keeps nothing before the first lease and after the last")
  func isLeased() {
    let pool = MemoryPool(limit: 10 << 20, isLeased: true)
    func use() { pool.giveBack(pool.take(atLeast: 64 << 10)) }
    use()
    #expect(pool.waitingBytes == 0)
    let held = pool.take(atLeast: 64 << 10)
    var leases = [pool.lease(), pool.lease()]
    use()
    #expect(pool.waitingBytes == 64 << 10)
    leases.removeLast()
    #expect(pool.waitingBytes == 64 << 10)
    leases.removeLast()
    #expect(pool.waitingBytes == 0)
    // What comes back later does not stay either.
    pool.giveBack(held)
    #expect(pool.waitingBytes == 0)
  }

  @Test("serves many threads at once")
  func isThreadSafe() async {
    let pool = MemoryPool(limit: 1 << 20)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          for round in 0..<200 {
            let block = pool.take(atLeast: (1 + round % 7) * 3000)
            block.start.storeBytes(of: task, as: Int.self)
            if block.start.load(as: Int.self) != task { return false }
            pool.giveBack(block)
          }
          return true
        }
      }
      for await isIntact in group { #expect(isIntact) }
    }
    #expect(pool.waitingBytes <= pool.limit)
  }

  @Test("storage is aligned and as large as asked for", arguments: [0, 1, 15, 1000, 100_000, 3_000_000])
  func isAligned(count: Int) {
    let storage = FloatStorage(count: count)
    #expect(storage.count == count && UInt(bitPattern: storage.pointer) % 64 == 0)
    for index in 0..<count { storage.pointer[index] = Float(index) }
    #expect(count == 0 || storage.pointer[count - 1] == Float(count - 1))
  }
}
