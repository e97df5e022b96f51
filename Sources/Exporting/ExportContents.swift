import Activations
import JSON
import Models

/// What stands in an export before any number is known: its tensors' places, and words about the numbers.
struct ExportContents {
  /// How many sentences.
  let sentences: Int
  /// How many positions the longest of them has.
  let length: Int
  /// What of the attention there is.
  let selection: ExportSelection
  let quantities: [ExportedQuantity]
  /// One for each of the quantities.
  let tensors: [ExportedTensor]
  /// What else is known of the tokens, so that the file can be opened as the sentences were: offsets in their texts, which text each
  /// comes from (-1: none), special tokens that were added, and how many are PAD.
  let tokenDetails: JSONObject
  /// What the numbers are about.
  let words: JSONObject

  init(_ export: Export) {
    let description = export.model.description
    let length = export.inputs.reduce(0) { max($0, $1.count) }
    sentences = export.inputs.count
    selection = export.selection
    self.length = length
    quantities = ExportedQuantity.exported(by: description, stages: export.stages)
    tensors = quantities.map {
      $0.tensor(of: description, export.selection, batch: export.inputs.count, length: length)
    }
    words = Self.words(export)
    tokenDetails = Self.tokenDetails(export.inputs)
  }

  private static func tokenDetails(_ inputs: [TokenizedInput]) -> JSONObject {
    func lists(_ list: (TokenizedInput) -> [JSONValue]) -> JSONValue { .array(inputs.map { .array(list($0)) }) }
    return [
      "offsets": lists { $0.offsets.map { [JSONValue($0.lowerBound), JSONValue($0.upperBound)] } },
      "sequence_ids": lists { $0.sequenceIDs.map { JSONValue($0 ?? -1) } },
      "special_tokens_mask": lists { $0.specialTokensMask.map { JSONValue($0 ? 1 : 0) } },
      "padding": .array(inputs.map { JSONValue($0.count - $0.realCount) }),
      "byte_level": inputs.contains(where: \.isByteLevel) ? JSONValue(true) : .null,
    ]
  }

  private static func words(_ export: Export) -> JSONObject {
    let (description, request) = (export.model.description, export.request)
    let selection = export.selection
    let words: JSONObject = [
      "program": JSONValue(export.program),
      "model": JSONValue(description.name),
      "family": JSONValue(description.family),
      "texts": .array(request.texts.map { JSONValue($0) }),
      "pair": request.pair.map { JSONValue($0) } ?? .null,
      "mask": JSONValue(request.maskMode.rawValue),
      "pad_to": request.padTo.map { JSONValue($0) } ?? .null,
      "pad_side": JSONValue(request.padSide.rawValue),
      "dropped_tokens": .array(export.inputs.map { JSONValue($0.droppedTokens) }),
      "alone": export.isAlone ? JSONValue(true) : .null,
      "tokens": .array(export.inputs.map { .array($0.tokens.map { JSONValue($0) }) }),
    ]
    // A file that holds all does not say so.
    let heads = selection.heads.map { $0.map { JSONValue.array([JSONValue($0.layer), JSONValue($0.head)]) } }
    let queries = selection.queries.map { [JSONValue($0.lowerBound), JSONValue($0.upperBound)] }
    let chosen = [("heads", heads), ("queries", queries)].compactMap { name, list in
      list.map { (JSONString(name), JSONValue.array($0)) }
    }
    return JSONObject(words.members.map { ($0.key, $0.value) } + chosen)
  }

  /// The words for a format that knows only texts: what is no text is written as JSON, what is not there is left out.
  var metadata: [(String, String)] {
    (words.members + tokenDetails.members).compactMap { key, value in
      value.isNull ? nil : (key.string, value.stringValue ?? value.serialized())
    }
  }
}
