/// The members of a JSON object, in the order in which they are written. Keys are unique.
///
/// Two objects are equal when they have equal members in the same order.
public struct JSONObject: Sendable {
  /// A key and its value.
  public typealias Member = (key: JSONString, value: JSONValue)

  /// The members, in order.
  public private(set) var members: [Member]
  /// Where each key stands; kept only for objects too large to be searched one member after the other.
  private var index: KeyIndex?

  /// An object without members.
  public init() { members = [] }

  /// A key that occurs twice keeps its first place and its last value.
  public init(_ members: some Sequence<(JSONString, JSONValue)>) {
    self.init()
    for (key, value) in members { self[key] = value }
  }

  /// Takes members over as they are, unless two have the same key: then that key's second position is thrown.
  init(unique members: [Member]) throws(DuplicateKey) {
    self.members = members
    if members.count > KeyIndex.threshold {
      index = try KeyIndex(of: members)
    } else {
      for later in members.indices {
        for earlier in 0..<later where members[earlier].key == members[later].key {
          throw DuplicateKey(position: later)
        }
      }
    }
  }

  /// How many members it has.
  public var count: Int { members.count }
  /// Whether it has no members.
  public var isEmpty: Bool { members.isEmpty }
  /// The keys, in order.
  public var keys: some Sequence<JSONString> { members.lazy.map(\.key) }

  /// The value of `key`, compared by bytes. Assigning nil removes the member.
  public subscript(_ key: String) -> JSONValue? {
    get {
      var key = key
      return key.withUTF8 { position(of: $0) }.map { members[$0].value }
    }
    set { self[JSONString(key)] = newValue }
  }

  /// The value of `key`, compared by bytes. Assigning nil removes the member.
  public subscript(_ key: JSONString) -> JSONValue? {
    get { key.withUTF8 { position(of: $0) }.map { members[$0].value } }
    set {
      switch (key.withUTF8 { position(of: $0) }, newValue) {
      case (let position?, let value?): members[position].value = value
      case (let position?, nil): remove(at: position)
      case (nil, let value?): append(key, value)
      case (nil, nil): break
      }
    }
  }

  private func position(of key: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let index else { return members.firstIndex { $0.key.isEqual(to: key) } }
    return index.position(of: key, in: members)
  }

  private mutating func append(_ key: JSONString, _ value: JSONValue) {
    members.append((key, value))
    if index != nil {
      index?.insertLast(of: members)
    } else if members.count > KeyIndex.threshold {
      index = try? KeyIndex(of: members)
    }
  }

  private mutating func remove(at position: Int) {
    members.remove(at: position)
    index = members.count > KeyIndex.threshold ? try? KeyIndex(of: members) : nil
  }
}

extension JSONObject: Equatable {
  /// Whether both have equal members in the same order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) { $0.key == $1.key && $0.value == $1.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// A key that occurs twice keeps its first place and its last value.
  public init(dictionaryLiteral elements: (JSONString, JSONValue)...) { self.init(elements) }
}

/// The second of two members with the same key.
struct DuplicateKey: Error {
  let position: Int
}
