/// The script of a page to step through.
///
/// What it shows comes from the data in the page and is only ever drawn or set as text, never as HTML.
enum StepThroughScript {
  static let text = """
    "use strict";
    (() => {
      const element = (id) => document.getElementById(id);
      // With every picture comes what was not there before.
      const series = { columns: 0, styles: [], glyphs: {}, rows: [] }, frames = [];
      for (const data of document.querySelectorAll("script.data")) {
        const part = JSON.parse(data.textContent);
        series.columns = part.columns;
        for (const style of part.styles) series.styles.push(style);
        for (const row of part.rows) series.rows.push(row);
        Object.assign(series.glyphs, part.glyphs);
        frames.push(part.frame);
      }
      if (frames.length === 0) return;
      const margin = 8, rowCount = frames[0].rows.length;
      const width = series.columns * 8 + 2 * margin, height = rowCount * 16 + 2 * margin;
      const font = "13px 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,'Courier New',monospace";
      const paper = getComputedStyle(document.body).backgroundColor;
      const canvas = document.createElement("canvas");
      canvas.setAttribute("role", "img");
      canvas.style.width = width * 10 / 8 + "px";
      element("picture").replaceChildren(canvas);
      element("controls").hidden = element("words").hidden = false;
      const links = document.querySelectorAll("nav li a");
      let shown = 0;

      // Whole pixels for every eighth of a cell, so that nothing gapes.
      const scale = Math.max(1, Math.ceil(devicePixelRatio * 10 / 8));
      canvas.width = width * scale;
      canvas.height = height * scale;
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.translate(margin, margin);

      const drawCell = (characters, style, x, y, cells) => {
        const [ink, ground, flags] = style;
        pen.fillStyle = ground;
        pen.fillRect(x, y, cells * 8, 16);
        pen.fillStyle = ink;
        const glyph = series.glyphs[characters.codePointAt(0)];
        if (glyph) {
          pen.globalAlpha = glyph[0];
          for (const [left, top, w, h] of glyph.slice(1)) pen.fillRect(x + left, y + top, w, h);
          pen.globalAlpha = 1;
        } else if (characters !== " ") {
          pen.font = (flags & 1 ? "bold " : "") + font;
          pen.textAlign = "center";
          pen.fillText(characters, x + cells * 4, y + 12);
        }
        if (flags & 2) pen.fillRect(x, y + 14, cells * 8, 1);
      };

      const draw = (frame) => {
        pen.fillStyle = paper;
        pen.fillRect(-margin, -margin, width, height);
        const lines = frame.rows.map((row, index) => {
          let column = 0, line = "";
          for (const [style, characters, cells] of series.rows[row]) {
            line += characters;
            if (cells) {
              drawCell(characters, series.styles[style], column * 8, index * 16, cells);
              column += cells;
            } else {
              for (const character of characters) {
                drawCell(character, series.styles[style], column * 8, index * 16, 1);
                column += 1;
              }
            }
          }
          return line.trimEnd();
        });
        element("text").textContent = lines.join("\\n");
      };

      const markBefore = (index) => {
        while (index > 0 && frames[index].mark === undefined) index -= 1;
        return index;
      };

      const show = (index) => {
        shown = Math.min(Math.max(index, 0), frames.length - 1);
        const frame = frames[shown];
        draw(frame);
        const seconds = Math.floor(frame.t % 60);
        const place = (shown + 1) + " of " + frames.length + ", " + Math.floor(frame.t / 60) + ":"
          + (seconds < 10 ? "0" : "") + seconds;
        element("place").textContent = place;
        canvas.setAttribute("aria-label", "picture " + place);
        element("caption").textContent = [frame.mark, frame.note].filter((text) => text !== undefined).join("\\n");
        const mark = markBefore(shown);
        for (const link of links) {
          if (Number(link.dataset.frame) === mark) link.setAttribute("aria-current", "step");
          else link.removeAttribute("aria-current");
        }
      };

      const nextMark = () => {
        let index = shown + 1;
        while (index < frames.length && frames[index].mark === undefined) index += 1;
        return index;
      };
      const keys = {
        "ArrowRight": () => shown + 1, " ": () => shown + 1, "PageDown": () => shown + 1,
        "ArrowLeft": () => shown - 1, "PageUp": () => shown - 1,
        "Home": () => 0, "End": () => frames.length - 1,
        "[": () => markBefore(shown - 1 < 0 ? 0 : shown - 1), "]": nextMark,
      };
      document.addEventListener("keydown", (event) => {
        const key = keys[event.key];
        if (!key || event.ctrlKey || event.altKey || event.metaKey) return;
        // Space presses the button that has the focus.
        if (event.key === " " && event.target.closest?.("button, summary, a")) return;
        event.preventDefault();
        show(key());
      });
      element("back").addEventListener("click", () => show(shown - 1));
      element("forward").addEventListener("click", () => show(shown + 1));
      // A link to a picture, #p12, shows it, from this page or from elsewhere.
      const follow = () => {
        const place = /^#p([0-9]+)$/.exec(location.hash);
        if (place) show(Number(place[1]) - 1);
      };
      addEventListener("hashchange", follow);
      for (const link of links) link.addEventListener("click", follow);
      show(0);
      follow();
    })();
    """
}
