import JSON

/// Changes to a session. Lines that this version does not know are carried along.
extension SessionDocument {
  /// The marks in order, with their times in seconds since the start. Titles are untrusted.
  public var marks: [(time: Double, title: String)] {
    entries.compactMap { entry in entry.string("mark").map { (entry.time, $0) } }
  }

  /// Makes everything happen `factor` times as fast.
  public mutating func speedUp(by factor: Double) {
    for index in entries.indices { entries[index].time /= factor }
  }

  /// Shortens every pause that is longer than so many seconds.
  public mutating func capIdle(at longest: Double) {
    var cap = IdleCap(longest: longest)
    for index in entries.indices { entries[index].time = cap.shortened(entries[index].time) }
  }

  /// Keeps what happens from `start` to `end`, both in seconds. The actions before it stay, at once at the beginning,
  /// because what is seen later rests on them; marks and notes before it go.
  public mutating func trim(from start: Double, to end: Double) {
    entries = entries.compactMap { entry in
      guard entry.time <= end else { return nil }
      guard entry.time < start else { return Entry(time: entry.time - start, object: entry.object) }
      return entry.isAction ? Entry(time: 0, object: entry.object) : nil
    }
  }

  /// Puts another session after this one, `pause` seconds later. It begins as if it were alone: everything is set back
  /// first, and its model is loaded where it is another one.
  public mutating func append(_ other: SessionDocument, pause: Double) {
    let start = duration + pause
    entries.append(Entry(time: start, object: ["action": "reset"]))
    if other.modelName != modelName {
      entries.append(
        Entry(time: start, object: ["action": "loadModel", "model": JSONValue(other.modelName)]))
    }
    entries += other.entries.map { Entry(time: $0.time + start, object: $0.object) }
  }

  /// Puts a line in, behind what happens at the same time.
  public mutating func insert(_ object: JSONObject, at time: Double) {
    let place = entries.firstIndex { $0.time > time } ?? entries.count
    entries.insert(Entry(time: time, object: object), at: place)
  }

  /// Puts a mark in, `time` seconds after the start and behind what happens at the same time.
  public mutating func insertMark(_ title: String, at time: Double) {
    insert(["t": .number(time), "mark": JSONValue(title)], at: time)
  }

  /// Puts a note in, `time` seconds after the start and behind what happens at the same time.
  public mutating func insertNote(_ text: String, at time: Double) {
    insert(["t": .number(time), "note": JSONValue(text)], at: time)
  }

  /// Takes the mark or the note of that text away; of a note, the beginning suffices.
  ///
  /// - Throws: `SessionError` where there is none.
  public mutating func removeRemark(_ text: String) throws(SessionError) {
    guard let index = indexOfRemark(text) else { throw noRemark(text) }
    entries.remove(at: index)
  }

  /// Moves the mark, note or question of that text to `time`, in seconds since the start; of a note or a question, the
  /// beginning suffices.
  ///
  /// - Throws: `SessionError` where there is none.
  public mutating func moveRemark(_ text: String, to time: Double) throws(SessionError) {
    guard let index = indexOfRemark(text) else { throw noRemark(text) }
    let object = entries.remove(at: index).object
    insert(object, at: time)
  }

  private func indexOfRemark(_ text: String) -> Int? {
    entries.firstIndex { $0.string("mark") == text }
      ?? entries.firstIndex { $0.string("note")?.hasPrefix(text) == true && !text.isEmpty }
      ?? entries.firstIndex { $0.string("question")?.hasPrefix(text) == true && !text.isEmpty }
  }

  private func noRemark(_ text: String) -> SessionError {
    SessionError("the session has no mark, note or question \"\(text)\"")
  }
}
