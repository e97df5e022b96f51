"""What the program is measured against, where it is installed."""
import importlib.util, os, pathlib, shutil, statistics, tempfile, time

here = pathlib.Path(__file__).resolve().parent


def missing(*names):
    """Which of some Python packages are not installed."""
    return [name for name in names if importlib.util.find_spec(name) is None]


def onnx_session(model):
    """ONNX Runtime on all processors, with the attention probabilities among its outputs."""
    import onnxruntime

    folder = tempfile.mkdtemp()
    try:
        # The graph holds no weights: they are read out of the model's own file beside it.
        shutil.copy(here / "minilm_attention.onnx", folder)
        os.symlink(pathlib.Path(model).resolve() / "model.safetensors", f"{folder}/model.safetensors")
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = len(os.sched_getaffinity(0))
        try:
            return onnxruntime.InferenceSession(f"{folder}/minilm_attention.onnx", settings, providers=["CPUExecutionProvider"])
        except Exception:
            # Newer versions do not follow links out of the folder.
            os.unlink(f"{folder}/model.safetensors")
            shutil.copy(pathlib.Path(model) / "model.safetensors", folder)
            return onnxruntime.InferenceSession(f"{folder}/minilm_attention.onnx", settings, providers=["CPUExecutionProvider"])
    finally:
        shutil.rmtree(folder)


def onnx_milliseconds(session, tokens, runs):
    """The median of some runs on so many tokens."""
    import numpy as np

    ids = np.full((1, tokens), 4937, np.int64)
    ids[0, 0], ids[0, -1] = 101, 102
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    for _ in range(3): result = session.run(None, feed)
    assert len(result) == 7 and result[1].shape == (1, 12, tokens, tokens)
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        session.run(None, feed)
        times.append(1e3 * (time.perf_counter() - started))
    return statistics.median(times)


def count_tokens(model, lines):
    """Hugging Face's tokenizers on one thread: tokens, and seconds."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import tokenizers

    peer = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
    peer.no_padding()
    peer.no_truncation()
    started = time.perf_counter()
    return sum(len(peer.encode(line).ids) for line in lines), time.perf_counter() - started
