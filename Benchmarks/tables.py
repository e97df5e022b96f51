"""What was measured, and what is wanted of it: as lines on the screen, as JSON, and as the tables of README.md."""
import statistics

median = statistics.median


def at_most(limit, of="own"): return dict(of=of, most=limit)
def at_least(limit, of="own"): return dict(of=of, least=limit)


def words(wanted):
    if not wanted: return ""
    factor = "x" if wanted["of"] == "ratio" else ""
    return f"at most {wanted['most']:,}{factor}" if "most" in wanted else f"at least {wanted['least']:,}{factor}"


def number(value):
    return "" if value is None else f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def holds(row):
    """Whether a figure is as it is wanted; None where nothing is wanted, or nothing was measured."""
    wanted = row["wanted"]
    value = row[wanted["of"]] if wanted else None
    if value is None: return None
    return value <= wanted["most"] if "most" in wanted else value >= wanted["least"]


class Tables:
    """The figures of one run of everything."""

    def __init__(self): self.rows = []

    def begin(self, number, title, peer=""):
        print(f"\n{number}. {title}\n  {'':46} {'ours':>9} {'':6} {peer or 'peer':>9} {'ratio':>7}  {'wanted':14}")

    def add(self, target, what, own, unit, wanted=None, peer=None, ratio=None, note=""):
        row = dict(target=target, what=what, own=own, unit=unit, wanted=wanted, peer=peer, ratio=ratio, note=note)
        row["met"] = holds(row)
        self.rows.append(row)
        show(row)

    def summary(self):
        missed = [row for row in self.rows if row["met"] is False]
        return f"{sum(row['met'] is True for row in self.rows)} targets hold, {len(missed)} are missed" + "".join(
            f"\n  {row['target']}. {row['what']}" for row in missed)


def show(row):
    sign = {None: "", True: "holds", False: "MISSED"}[row["met"]]
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}x"
    print(f"  {row['what']:46} {number(row['own']):>9} {row['unit']:6} {number(row['peer']):>9} {ratio:>7}  "
          f"{words(row['wanted']):14} {sign:6} {row['note']}", flush=True)


def medians(runs):
    """One run that stands for several: every figure is the median of theirs, and says between what they lay."""
    result = Tables()
    for first in runs[0].rows:
        same = [row for run in runs for row in run.rows if (row["target"], row["what"]) == (first["target"], first["what"])]
        row = dict(first)
        for figure in ("own", "peer", "ratio"):
            values = [other[figure] for other in same if other[figure] is not None]
            row[figure] = median(values) if values else None
            if figure == (first["wanted"] or {}).get("of", "own") and len(values) > 1:
                row["note"] = f"{number(min(values))} to {number(max(values))} in {len(values)} runs"
        row["met"] = holds(row)
        result.rows.append(row)
    return result


def markdown(tables):
    """The tables as README.md has them."""
    lines = ["| tokens | ours, ms | ONNX Runtime, ms | ratio | of the machine's limit |", "| --- | --- | --- | --- | --- |"]
    forward = [row for row in tables.rows if row["target"] == 1]
    figures = {row["what"]: row["own"] for row in forward}
    for row in forward:
        if row["what"].endswith(" tokens"):
            tokens = int(row["what"].split()[0])
            share = share_of_limit(tokens, row["own"], figures.get(READS), figures.get(COMPUTES))
            ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
            lines.append(f"| {tokens} | {row['own']:.2f} | {number(row['peer'])} | {ratio} | {share} |")
        elif row["ratio"] is not None:
            lines.append(f"| {row['what']} | | | **{row['ratio']:.2f}** | |")
    lines += ["", "| target | wanted | ours | |", "| --- | --- | --- | --- |"]
    for row in tables.rows:
        if row["target"] == 1: continue
        own = row["own"] if row["own"] is not None else row["peer"]
        ours = f"{number(own)} {row['unit']}" + ("" if row["ratio"] is None else f", {row['ratio']:.2f}×")
        if row["met"] is False: ours = f"**missed: {ours}**"
        lines.append(f"| {row['target']}. {row['what']} | {words(row['wanted']).replace('x', '×') or '–'} | {ours} | {row['note']} |")
    return "\n".join(lines)


READS, COMPUTES = "the machine reads memory with", "and multiplies and adds with"
WEIGHTS = 42_467_328


def operations(tokens):
    """Multiplications and additions of all-MiniLM-L6-v2."""
    return 2 * WEIGHTS // 4 * tokens + 4 * tokens * tokens * 384 * 6


def share_of_limit(tokens, milliseconds, reads, computes):
    """What of the machine a forward pass makes use of: of its memory where the input is short, else of its arithmetic."""
    if not reads or not computes: return ""
    read, computed = WEIGHTS / milliseconds / 1e6, operations(tokens) / milliseconds / 1e6
    if tokens <= 8: return f"{read:.0f} GB/s of weights, {100 * read / reads:.0f} % of what can be read"
    return f"{computed:.0f} GFLOP/s, {100 * computed / computes:.0f} % of what can be computed"
