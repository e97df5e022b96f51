import Canvas
import Models
import Support
import Terminal

/// What is said of the facts: nothing here asks the system.
extension DoctorFacts {
  /// Everything, area by area.
  var findings: [DoctorFinding] { ofTerminal + ofModels + ofFolders + ofComputer }

  /// From this size on, the views leave nothing out.
  private static let comfortable = (columns: 80, rows: 24)
  /// Less room on a disk than a session, an export and a small model take.
  private static let leastRoom = 200_000_000
  /// Less memory than a small encoder with its results may take.
  private static let leastMemory = 1_000_000_000
  private static let mostModels = 30

  // MARK: - Terminal

  private var ofTerminal: [DoctorFinding] {
    // Of a terminal without a description, nothing is known of colours and mouse.
    let isKnown = terminal.entry == .usable
    return [terminalName, terminalSize] + (isKnown ? [colors] : []) + [characters, fonts] + (isKnown ? [mouse] : [])
  }

  private func terminal(
    _ subject: String, _ state: DoctorFinding.State, _ text: MessageText, advice: MessageText? = nil
  ) -> DoctorFinding {
    DoctorFinding("Terminal", subject, state, text, advice: advice)
  }

  private var terminalName: DoctorFinding {
    let name = terminal.name ?? ""
    let inside: MessageText = around.isEmpty ? "" : ", inside \(words: around.joined(separator: ", "))"
    let instead: MessageText = "set it to the name of your terminal: export TERM=xterm-256color"
    switch terminal.entry {
    case .unnamed:
      return terminal("name", .broken, "TERM is not set" + inside, advice: instead)
    case .unknown:
      return terminal(
        "name", .broken, "TERM is '\(name)', which is not in the terminfo database" + inside,
        advice: "try TERM=xterm-256color, or install ncurses-term")
    case .cannotMoveCursor:
      return terminal(
        "name", .broken, "TERM is '\(name)', a terminal that cannot move its cursor" + inside, advice: instead)
    case .usable:
      let streams: MessageText =
        terminal.isInput && terminal.isOutput
        ? "" : "; here standard input or output is none, so nothing opens full screen"
      if let standIn = terminal.standIn {
        return terminal(
          "name", .limited, "TERM is '\(name)', which is not known here and taken for \(standIn)" + inside + streams,
          advice: "install ncurses-term, if not all keys or colours work")
      }
      return terminal("name", .ok, "TERM is '\(name)', which is known" + inside + streams)
    }
  }

  private var terminalSize: DoctorFinding {
    guard let size = terminal.size else {
      return terminal(
        "size", .look, "unknown: no standard stream is a terminal", advice: "run it in the terminal that is meant")
    }
    let shown: MessageText = "\(size.columns) columns, \(size.rows) rows"
    guard size.columns < Self.comfortable.columns || size.rows < Self.comfortable.rows else {
      return terminal("size", .ok, shown)
    }
    return terminal(
      "size", .limited,
      shown + "; under \(Self.comfortable.columns) x \(Self.comfortable.rows), views leave lists and numbers out",
      advice: "make the window larger, or its letters smaller")
  }

  private var colors: DoctorFinding {
    if let value = terminal.refusedColors {
      return terminal(
        "colours", .broken, "HEADSCOPE_COLORS is '\(value)', which the program refuses",
        advice: "set it to truecolor, 256, 8 or none, or unset it")
    }
    switch terminal.depth {
    case .truecolor:
      guard terminal.colorEntry == .temporary else { return terminal("colours", .ok, "16 million") }
      return terminal(
        "colours", .limited, "16 million, prepared anew at each start: the cache cannot be written",
        advice: "make the cache writable (below)")
    case .indexed256:
      guard terminal.colorEntry == .impossible else {
        return terminal(
          "colours", .ok, "256; if the terminal shows 16 million, export COLORTERM=truecolor says so")
      }
      return terminal(
        "colours", .limited, "256: 16 million take `tic` and the program's files, one of which is missing",
        advice: "install ncurses-bin, which has tic")
    case .eight:
      return terminal(
        "colours", .limited, "8, as TERM says: shades of a heatmap that differ little look the same",
        advice: "export TERM=xterm-256color (in tmux: set -g default-terminal tmux-256color) if the terminal shows 256")
    case .none where refusesColors:
      return terminal(
        "colours", .limited, "none, because NO_COLOR is set: heatmaps are made of signs", advice: "unset NO_COLOR")
    case .none:
      return terminal(
        "colours", .limited, "none, as TERM says: heatmaps are made of signs",
        advice: "export TERM=xterm-256color, if the terminal shows colours")
    }
  }

  private var characters: DoctorFinding {
    let name = terminal.locale.isEmpty ? "C" : terminal.locale
    guard terminal.glyphs != .unicode else {
      return terminal("characters", .ok, "UTF-8, by the locale '\(name)'")
    }
    return terminal(
      "characters", .limited,
      "the locale '\(name)' is not UTF-8 (it is \(terminal.codeset)): pictures are drawn in ASCII, and other letters are lost",
      advice: "export LANG=C.UTF-8 (and unset LC_ALL and LC_CTYPE)")
  }

  private var fonts: DoctorFinding {
    guard terminal.glyphs == .unicode else {
      return terminal("fonts", .look, "ASCII only, which every font has")
    }
    return terminal(
      "fonts", .look, "half blocks ▀▄█, parts ▁▂▃▅▇, braille ⠁⠋⠿⣿, lines ─│┼, signs ● ◆ ∞ √",
      advice:
        "a box or a question mark among them: choose a font that has it; blocks must touch, and nothing may overlap")
  }

  private var mouse: DoctorFinding {
    terminal.takesMouse
      ? terminal(
        "mouse", .ok,
        "asked for; with Shift, the terminal selects text"
          + (around.contains("tmux") ? "; tmux passes it on with: set -g mouse on" : ""))
      : terminal("mouse", .limited, "TERM says of none: keys do everything that it does")
  }

  // MARK: - Models

  private var ofModels: [DoctorFinding] {
    let fetch: MessageText = "headscope models pull"
    var findings: [DoctorFinding] = []
    if models.isEmpty {
      findings.append(DoctorFinding("Models", "model", .broken, "there is no model on this computer", advice: fetch))
    } else if !models.contains(where: \.isReady) {
      findings.append(DoctorFinding("Models", "model", .broken, "no model is ready", advice: fetch))
    } else if let defaultModel {
      findings.append(DoctorFinding("Models", "opens first", .ok, "\(defaultModel)"))
    }
    for model in models.prefix(Self.mostModels) {
      let state = PlaceNames.withoutPaths(model.state)
      findings.append(
        DoctorFinding(
          "Models", "model", model.isReady ? .ok : .limited, "\(model.name) (\(model.family ?? "?")): \(state)",
          advice: model.isReady ? nil : "headscope models info says more"))
    }
    if models.count > Self.mostModels {
      findings.append(
        DoctorFinding(
          "Models", "model", .ok, "\(models.count - Self.mostModels) more; headscope models list has them all"))
    }
    findings.append(
      downloadProblem.map {
        DoctorFinding(
          "Models", "fetching", .limited, "libcurl cannot be loaded: \(PlaceNames.withoutPaths($0))",
          advice: "install libcurl4, or bring a model's folder into ~/.local/share/headscope/models")
      } ?? DoctorFinding("Models", "fetching", .ok, "libcurl is there"))
    return findings
  }

  // MARK: - Folders

  private var ofFolders: [DoctorFinding] {
    let program: DoctorFinding =
      if let assets {
        DoctorFinding(
          "Files", "the program's own", assets.lessons == 0 ? .limited : .ok,
          "\(assets.scales) colour scales, \(assets.tasks) tasks, \(assets.lessons) sessions and lessons",
          advice: assets.lessons == 0 ? "install the folder `sessions` beside `assets`" : nil)
      } else {
        DoctorFinding(
          "Files", "the program's own", .limited, "not found: one colour scale, no lessons, no tasks",
          advice: "install it again, or let HEADSCOPE_ASSETS name the folder `assets`")
      }
    return [program] + places.map(finding)
  }

  private func finding(_ place: Place) -> DoctorFinding {
    let name: MessageText = place.name.map { "\($0)" } ?? "a folder that a variable names"
    let count: MessageText = place.subject == "sessions" ? ", \(sessions) recorded" : ""
    if let failure = place.failure {
      return DoctorFinding(
        "Files", place.subject, .limited, name + " cannot be written: \(failure)",
        advice:
          "give yourself the right to write there, or name another folder (\(words: Self.variable(of: place.subject)))")
    }
    if let room = place.room, room < Self.leastRoom {
      return DoctorFinding(
        "Files", place.subject, .limited, name + ": the disk has \(words: byteSize(room)) left",
        advice: "make room, or name another folder (\(words: Self.variable(of: place.subject)))")
    }
    return DoctorFinding("Files", place.subject, .ok, name + ", can be written" + count)
  }

  /// The variable that puts a folder elsewhere.
  private static func variable(of subject: String) -> String {
    switch subject {
    case "sessions": "HEADSCOPE_SESSIONS"
    case "cache": "XDG_CACHE_HOME"
    case "models from the hub": "HF_HOME"
    default: "XDG_STATE_HOME"
    }
  }

  // MARK: - Computer

  private var ofComputer: [DoctorFinding] {
    let name: MessageText = processor.map { "\($0), " } ?? ""
    let cores: MessageText = "\(processors) \(words: processors == 1 ? "core" : "cores") for this program, "
    let isSlow = kernels == "baseline" && architecture == "x86_64"
    return [
      DoctorFinding(
        "Computer", "processor", isSlow ? .limited : .ok,
        name + cores
          + (isSlow
            ? "without AVX2: the same numbers take longer" : "computes with \(words: kernels) (\(architecture))"),
        advice: isSlow ? "most processors since 2013 have AVX2; a virtual machine may hide it" : nil),
      memoryFinding,
      DoctorFinding("Computer", "system", .ok, "\(system)"),
      DoctorFinding("Computer", "libraries", .ok, "\(glibc), \(terminal.library)"),
    ]
  }

  private var memoryFinding: DoctorFinding {
    guard let memory else { return DoctorFinding("Computer", "memory", .look, "the system does not say") }
    let text: MessageText = "\(words: byteSize(memory.bytes)) can be had, limited by \(words: memory.limit.rawValue)"
    return memory.bytes < Self.leastMemory
      ? DoctorFinding(
        "Computer", "memory", .limited, text, advice: "end other programs, raise the limit, or take a smaller model")
      : DoctorFinding("Computer", "memory", .ok, text)
  }
}
