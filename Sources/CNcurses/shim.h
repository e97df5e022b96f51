// What Swift cannot import from ncurses: macros that are expressions, and global variables.
#ifndef HEADSCOPE_CNCURSES_SHIM_H
#define HEADSCOPE_CNCURSES_SHIM_H

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

static inline WINDOW *hs_screen(void) { return stdscr; }
static inline WINDOW *hs_physical_screen(void) { return curscr; }
static inline int hs_lines(void) { return LINES; }
static inline int hs_columns(void) { return COLS; }
static inline int hs_colors(void) { return COLORS; }
static inline int hs_color_pairs(void) { return COLOR_PAIRS; }
static inline char **hs_environment(void) {
  extern char **environ;
  return environ;
}

static inline attr_t hs_bold(void) { return A_BOLD; }
static inline attr_t hs_dim(void) { return A_DIM; }
static inline attr_t hs_underline(void) { return A_UNDERLINE; }
static inline attr_t hs_reverse(void) { return A_REVERSE; }

static inline int hs_first_function_key(void) { return KEY_F0; }

/// A string of the terminal's description; NULL if it has none of that name.
static inline const char *hs_capability(const char *name) {
  const char *value = tigetstr(name);
  return value == (char *)-1 ? NULL : value;
}

/// Frees the description that setupterm has read.
static inline void hs_forget_description(void) {
  if (cur_term) del_curterm(cur_term);
}

/// Starts ncurses on standard input and output; false if it cannot.
static inline bool hs_start(const char *terminal) {
  if (!newterm(terminal, stdout, stdin)) return false;
  // Coloured blanks are written out: what erasing leaves behind is lost in copies and recordings of the screen.
  back_color_erase = FALSE;
  // Lines are written anew rather than shifted: with characters of two columns, ncurses 6.4 can insert cells from before a line.
  idcok(stdscr, FALSE);
  return true;
}

/// The columns that ncurses will give a code point: -1 for one that it would not print.
static inline int hs_width(uint32_t code_point) {
  extern int wcwidth(wchar_t);
  return wcwidth((wchar_t)code_point);
}

/// Fills one of ncurses' cells; `first` and `second` combine with `base`, 0 where there is none.
static inline bool hs_make_cell(
    cchar_t *cell, uint32_t base, uint32_t first, uint32_t second, attr_t attributes, int pair) {
  wchar_t text[4] = {(wchar_t)base, (wchar_t)first, (wchar_t)second, 0};
  return setcchar(cell, text, attributes, 0, &pair) != ERR;
}

#endif
