"""Random checkpoints of the families that `Layered` describes in Sources/Encoders, and what the library computes with them.

`Tools/compare_encoders` imports this. A family is a function that gives settings for `transformers`, the classes that may hold
the encoder, and what is done to the saved folder so that it looks as its authors published it.
"""

import inspect
import json
import math
import os
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import nn

LOWEST = torch.finfo(torch.float32).min


class Family:
    """What is made at random, and how it is saved."""

    def __init__(self, prefix, settings, heads=("Model",), rewrite=None, special=()):
        self.prefix, self.settings, self.heads, self.rewrite, self.special = prefix, settings, heads, rewrite, special


def sizes(r, acts, even=False, least=1):
    heads = r.choice([1, 2, 3, 4, 5, 7])
    choices = [2, 4, 6, 8, 10, 14, 16, 26, 32] if even else [1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 24, 33]
    size = r.choice([size for size in choices if heads * size >= max(7, least)])
    return {
        "hidden_size": heads * size, "num_attention_heads": heads, "num_hidden_layers": r.choice([1, 2, 2, 3, 4]),
        "intermediate_size": r.choice([1, 5, 16, 24, 31, 48, 77]), "vocab_size": r.randrange(30, 120),
        "max_position_embeddings": r.randrange(30, 90), "hidden_act": r.choice(acts),
    }  # fmt: skip


ACTS = ["gelu", "gelu_new", "relu", "silu", "gelu_pytorch_tanh", "quick_gelu", "tanh"]
BERT_HEADS = ("Model", "ForMaskedLM", "ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering")


def rope(r, scaled=True):
    theta = r.choice([77.0, 10000.0, 160000.0, 1e6])
    kind = r.choice(["default"] * 4 + ["linear", "llama3", "yarn", "dynamic"]) if scaled else "default"
    settings = {"rope_theta": theta, "rope_type": kind}
    if kind != "default":
        settings["factor"] = r.choice([1.5, 2.0, 4.0])
    if kind == "llama3":
        settings |= {"low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": r.choice([8, 16, 64])}
    if kind == "yarn":
        settings |= {"original_max_position_embeddings": r.choice([8, 16, 64])}
    return settings


def old_rope(config):
    """Writes a rotation as files did before version 5."""
    settings = config.pop("rope_parameters")
    config["rope_theta"] = settings.pop("rope_theta")
    if settings["rope_type"] != "default":
        config["rope_scaling"] = settings


# MARK: Rotary encoders


def nomic_bert(r):
    settings = sizes(r, ["silu", "silu", "gelu", "sigmoid"], even=True)
    settings |= {"layer_norm_eps": r.choice([1e-12, 1e-5]), "rope_parameters": rope(r, scaled=False), "type_vocab_size": r.choice([1, 2])}

    def rewrite(r, folder, config):
        if r.random() < 0.5:
            return ["transformers' names"]
        names = {"hidden_size": "n_embd", "num_attention_heads": "n_head", "num_hidden_layers": "n_layer", "intermediate_size": "n_inner",
                 "max_position_embeddings": "n_positions", "layer_norm_eps": "layer_norm_epsilon"}  # fmt: skip
        for key, name in names.items():
            config[name] = config.pop(key)
        config["rotary_emb_base"] = config.pop("rope_parameters")["rope_theta"]
        config["activation_function"] = {"silu": "swiglu", "gelu": "geglu", "sigmoid": "glu"}[config.pop("hidden_act")]
        config |= {"rotary_emb_fraction": 1.0, "prenorm": False, "qkv_proj_bias": False, "mlp_fc1_bias": False, "mlp_fc2_bias": False}
        del config["head_dim"]
        prefix = r.choice(["", "bert."])
        rename(folder, lambda name: name.replace("nomic_bert.", prefix))
        return ["its authors' names"]

    return Family("NomicBert", settings, ("Model", "ForMaskedLM", "ForSequenceClassification"), rewrite)


def gte(r):
    settings = sizes(r, ["gelu", "silu"], even=True)
    settings |= {"rope_parameters": rope(r), "type_vocab_size": r.choice([0, 1, 2]), "layer_norm_eps": r.choice([1e-12, 1e-5])}

    def rewrite(r, folder, config):
        if r.random() < 0.5:
            return ["transformers' names"]
        config |= {"model_type": "new", "position_embedding_type": "rope", "layer_norm_type": "layer_norm"}
        old_rope(config)
        rename(folder, lambda name: "new." + name.removeprefix("gte.") if "lm_head" not in name else name)
        return ["its authors' names"]

    return Family("Gte", settings, ("Model", "ForMaskedLM", "ForSequenceClassification"), rewrite)


def jina_embeddings_v3(r):
    settings = sizes(r, ["gelu"], even=True) | {"rope_parameters": rope(r, scaled=False), "type_vocab_size": r.choice([1, 2])}

    def rewrite(r, folder, config):
        if r.random() < 0.4:
            return ["transformers' names"]
        config |= {"model_type": "xlm-roberta", "position_embedding_type": "rotary"}
        config["rotary_emb_base"] = config.pop("rope_parameters")["rope_theta"]
        if r.random() < 0.5:
            adapted = ("Wqkv", "out_proj", "fc1", "fc2", "word_embeddings", "token_type_embeddings")
            rename(folder, lambda name: name.replace(".weight", ".parametrizations.weight.original") if any(
                name.endswith(f"{part}.weight") for part in adapted) else name)  # fmt: skip
            return ["its authors' names", "adapters"]
        return ["its authors' names"]

    return Family("JinaEmbeddingsV3", settings, ("Model", "ForMaskedLM"), rewrite)


# MARK: Jina BERT v2, which the library does not have


class JinaAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        size, eps = config.hidden_size, config.layer_norm_eps
        self.self, self.output = nn.Module(), nn.Module()
        for name in ("query", "key", "value"):
            setattr(self.self, name, nn.Linear(size, size))
        if config.is_later:
            self.self.layer_norm_q, self.self.layer_norm_k = nn.LayerNorm(size, eps=eps), nn.LayerNorm(size, eps=eps)
        self.output.dense, self.output.LayerNorm = nn.Linear(size, size), nn.LayerNorm(size, eps=eps)
        self.config = config

    def forward(self, x, allowed):
        heads, later = self.config.num_attention_heads, self.config.is_later
        count, size = len(x), self.config.hidden_size // heads
        query, key, value = self.self.query(x), self.self.key(x), self.self.value(x)
        if later:
            query, key = self.self.layer_norm_q(query), self.self.layer_norm_k(key)
        query, key, value = (part.view(count, heads, size).transpose(0, 1) for part in (query, key, value))
        distance = (torch.arange(count)[:, None] - torch.arange(count)[None, :]).abs()
        scores = query @ key.transpose(1, 2) / math.sqrt(size) - torch.tensor(slopes(heads))[:, None, None] * distance
        probabilities = nn.functional.softmax((scores + torch.where(allowed, 0.0, LOWEST))[None], dim=-1)[0]
        context = (probabilities @ value).transpose(0, 1).reshape(count, -1)
        return self.output.LayerNorm(self.output.dense(context) + x), probabilities


def slopes(heads):
    """As the authors of ALiBi define them."""
    if math.log2(heads).is_integer():
        start = 2 ** (-(2 ** -(math.log2(heads) - 3)))
        return [start * start**i for i in range(heads)]
    power = 2 ** math.floor(math.log2(heads))
    return slopes(power) + slopes(2 * power)[0::2][: heads - power]


class JinaLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        size, inner, eps = config.hidden_size, config.intermediate_size, config.layer_norm_eps
        self.attention, self.mlp, self.config = JinaAttention(config), nn.Module(), config
        if config.is_later:
            self.mlp.up_gated_layer, self.mlp.down_layer = nn.Linear(size, 2 * inner, bias=False), nn.Linear(inner, size)
            self.layer_norm_1, self.layer_norm_2 = nn.LayerNorm(size, eps=eps), nn.LayerNorm(size, eps=eps)
        else:
            self.mlp.gated_layers, self.mlp.wo = nn.Linear(size, 2 * inner, bias=False), nn.Linear(inner, size)
            self.mlp.layernorm = nn.LayerNorm(size, eps=eps)

    def forward(self, x, allowed):
        act = {"geglu": nn.functional.gelu, "reglu": nn.functional.relu}[self.config.feed_forward_type]
        attended, probabilities = self.attention(x, allowed)
        if self.config.is_later:
            x = self.layer_norm_1(x + attended)
            up, gate = self.mlp.up_gated_layer(x).chunk(2, dim=-1)
            return self.layer_norm_2(x + self.mlp.down_layer(up * act(gate))), probabilities
        gate, up = self.mlp.gated_layers(attended).chunk(2, dim=-1)
        return self.mlp.layernorm(self.mlp.wo(act(gate) * up) + attended), probabilities


class JinaBertModel(transformers.PreTrainedModel):
    config_class = transformers.BertConfig
    base_model_prefix = "bert"

    def __init__(self, config):
        super().__init__(config)
        size = config.hidden_size
        self.embeddings, self.encoder = nn.Module(), nn.Module()
        self.embeddings.word_embeddings = nn.Embedding(config.vocab_size, size)
        self.embeddings.token_type_embeddings = nn.Embedding(config.type_vocab_size, size)
        self.embeddings.LayerNorm = nn.LayerNorm(size, eps=config.layer_norm_eps)
        self.encoder.layer = nn.ModuleList(JinaLayer(config) for _ in range(config.num_hidden_layers))
        self.post_init()

    def run(self, ids, allowed, types):
        x = self.embeddings.LayerNorm(self.embeddings.word_embeddings(ids) + self.embeddings.token_type_embeddings(types))
        states, attentions = [x], []
        for layer in self.encoder.layer:
            x, probabilities = layer(x, allowed)
            states.append(x)
            attentions.append(probabilities)
        return torch.stack(attentions), torch.stack(states)


def jina_bert(r):
    settings = sizes(r, ["gelu"]) | {"type_vocab_size": 2, "layer_norm_eps": r.choice([1e-12, 1e-5])}
    settings |= {"position_embedding_type": "alibi", "feed_forward_type": r.choice(["geglu", "geglu", "reglu"]), "is_later": r.random() < 0.4}
    return Family("JinaBert", settings)


# MARK: T5, decoders


def t5(r, prefix="T5"):
    settings = {
        "d_model": r.choice([8, 13, 24, 33, 64]), "d_kv": r.choice([1, 3, 5, 8, 16]), "d_ff": r.choice([5, 16, 31, 48]),
        "num_layers": r.choice([1, 2, 3]), "num_decoder_layers": 1, "num_heads": r.choice([1, 2, 3, 4, 5]), "vocab_size": r.randrange(30, 120),
        "relative_attention_num_buckets": r.choice([8, 16, 32, 32]), "relative_attention_max_distance": r.choice([20, 64, 128]),
        "feed_forward_proj": r.choice(["relu", "gated-gelu", "gated-silu", "gelu"]), "layer_norm_epsilon": r.choice([1e-6, 1e-5]),
    }  # fmt: skip
    return Family(prefix, settings, ("EncoderModel", "ForConditionalGeneration", "Model"))


def llama(r, prefix="Llama", scaled=True):
    settings = sizes(r, ["silu", "gelu"], even=True)
    heads = settings["num_attention_heads"]
    settings |= {"num_key_value_heads": r.choice([k for k in range(1, heads + 1) if heads % k == 0]), "rms_norm_eps": r.choice([1e-6, 1e-5]),
                 "rope_parameters": rope(r, scaled), "attention_bias": r.random() < 0.3}  # fmt: skip
    if r.random() < 0.5:
        settings["head_dim"] = r.choice([2, 6, 8, 16])
    if prefix != "Qwen3":
        settings["mlp_bias"] = r.random() < 0.2

    def rewrite(r, folder, config):
        if r.random() < 0.5 or prefix == "Gemma3Text":
            return []
        old_rope(config)
        return ["old rotation"]

    return Family(prefix, settings, ("Model", "ForCausalLM", "ForSequenceClassification"), rewrite)


def eurobert(r):
    family = llama(r, "EuroBert")
    family.heads = ("Model", "ForMaskedLM", "ForSequenceClassification")
    return family


def qwen3(r):
    family = llama(r, "Qwen3")
    if r.random() < 0.4:
        family.settings |= {"use_sliding_window": True, "sliding_window": r.choice([2, 4, 7, 16]), "max_window_layers": r.choice([0, 1, 2])}
    return family


def gemma3(r):
    family = llama(r, "Gemma3Text")
    family.prefix, family.heads = "Gemma3Text", ("Model",)
    del family.settings["mlp_bias"]
    settings = family.settings
    settings["hidden_activation"] = settings.pop("hidden_act")
    settings["rope_parameters"] = {"full_attention": rope(r), "sliding_attention": rope(r, scaled=False)}
    if settings["rope_parameters"]["full_attention"]["rope_type"] in ("yarn", "dynamic"):
        settings["rope_parameters"]["full_attention"] = rope(r, scaled=False)
    settings |= {"sliding_window": r.choice([2, 4, 7, 16, 512]), "query_pre_attn_scalar": r.choice([3, 16, 256]),
                 "use_bidirectional_attention": r.random() < 0.6, "sliding_window_pattern": r.choice([1, 2, 3, 6])}  # fmt: skip

    def rewrite(r, folder, config):
        if r.random() < 0.5:
            return []
        parts = config.pop("rope_parameters")
        config["rope_theta"], config["rope_local_base_freq"] = parts["full_attention"].pop("rope_theta"), parts["sliding_attention"]["rope_theta"]
        if parts["full_attention"]["rope_type"] != "default":
            config["rope_scaling"] = parts["full_attention"]
        return ["old rotation"]

    family.rewrite = rewrite
    return family


def gpt2(r):
    base = sizes(r, ["gelu_new", "relu", "gelu"])
    settings = {
        "n_embd": base["hidden_size"], "n_head": base["num_attention_heads"], "n_layer": base["num_hidden_layers"],
        "n_inner": r.choice([None, base["intermediate_size"]]), "n_positions": base["max_position_embeddings"],
        "vocab_size": base["vocab_size"], "activation_function": base["hidden_act"], "layer_norm_epsilon": r.choice([1e-5, 1e-6]),
        "scale_attn_by_inverse_layer_idx": r.random() < 0.2, "scale_attn_weights": r.random() < 0.9,
    }  # fmt: skip
    return Family("GPT2", settings, ("Model", "LMHeadModel", "ForSequenceClassification"))


# MARK: Encoders of encoder-decoders


def bart(r, prefix="Bart"):
    base = sizes(r, ["gelu", "relu", "silu"], least=8)
    settings = {
        "d_model": base["hidden_size"], "encoder_attention_heads": base["num_attention_heads"], "encoder_layers": base["num_hidden_layers"],
        "encoder_ffn_dim": base["intermediate_size"], "decoder_layers": 1, "decoder_attention_heads": base["num_attention_heads"],
        "decoder_ffn_dim": 8, "vocab_size": base["vocab_size"], "max_position_embeddings": base["max_position_embeddings"],
        "activation_function": base["hidden_act"], "scale_embedding": r.random() < 0.5,
    }  # fmt: skip
    conditional = "MTModel" if prefix == "Marian" else "ForConditionalGeneration"
    return Family(prefix, settings, ("Model", conditional), special=("decoder_start_token_id", "forced_eos_token_id"))


# MARK: Text towers


def tower(r, prefix):
    settings = sizes(r, ["quick_gelu", "gelu", "gelu_pytorch_tanh"])
    return Family(prefix, settings, ("Model",))


# MARK: Relatives of BERT


def bert_like(r, prefix, heads=BERT_HEADS, **more):
    settings = sizes(r, ACTS) | {"type_vocab_size": r.choice([1, 2, 3]), "layer_norm_eps": r.choice([1e-12, 1e-7, 1e-5])} | more
    return Family(prefix, settings, heads)


def ernie(r):
    return bert_like(r, "Ernie", use_task_id=r.random() < 0.5, task_type_vocab_size=r.choice([1, 3]))


def layoutlm(r):
    return bert_like(r, "LayoutLM", max_2d_position_embeddings=r.choice([4, 32]))


def rembert(r):
    return bert_like(r, "RemBert", input_embedding_size=r.choice([5, 16, 40]), output_embedding_size=r.choice([5, 24]))


def roformer(r):
    settings = sizes(r, ACTS, even=True) | {"type_vocab_size": r.choice([1, 2]), "rotary_value": r.random() < 0.4}
    settings["embedding_size"] = r.choice([settings["hidden_size"], 5, 16])
    return Family("RoFormer", settings, BERT_HEADS)


def esm(r):
    rotary = r.random() < 0.7
    settings = sizes(r, ["gelu"], even=rotary)
    settings |= {"position_embedding_type": "rotary" if rotary else "absolute", "token_dropout": r.random() < 0.6,
                 "emb_layer_norm_before": r.random() < 0.4, "layer_norm_eps": r.choice([1e-12, 1e-5])}  # fmt: skip
    del settings["hidden_act"]
    return Family("Esm", settings, ("Model", "ForMaskedLM", "ForSequenceClassification", "ForTokenClassification"))


def deberta(r):
    terms = r.choice([["c2p"], ["p2c"], ["c2p", "p2c"], "c2p|p2c", []])
    return bert_like(
        r, "Deberta", relative_attention=r.random() < 0.85, pos_att_type=terms, position_biased_input=r.random() < 0.4,
        max_relative_positions=r.choice([-1, 4, 20, 512]), type_vocab_size=r.choice([0, 0, 2]))  # fmt: skip


FAMILIES = {
    "nomic_bert": nomic_bert, "gte": gte, "jina_embeddings_v3": jina_embeddings_v3, "jina_bert": jina_bert,
    "t5": t5, "mt5": lambda r: t5(r, "MT5"), "umt5": lambda r: t5(r, "UMT5"),
    "qwen3": qwen3, "llama": llama, "eurobert": eurobert, "gemma3_text": gemma3, "gpt2": gpt2, "esm": esm, "deberta": deberta,
    "bart": bart, "mbart": lambda r: bart(r, "MBart"), "m2m_100": lambda r: bart(r, "M2M100"), "marian": lambda r: bart(r, "Marian"),
    "clip_text_model": lambda r: tower(r, "CLIPText"), "siglip_text_model": lambda r: tower(r, "SiglipText"),
    "data2vec-text": lambda r: bert_like(r, "Data2VecText"), "ernie": ernie, "megatron-bert": lambda r: bert_like(r, "MegatronBert"),
    "roberta-prelayernorm": lambda r: bert_like(r, "RobertaPreLayerNorm"), "xlm-roberta-xl": lambda r: bert_like(r, "XLMRobertaXL"),
    "rembert": rembert, "roformer": roformer, "layoutlm": layoutlm,
}  # fmt: skip

# Positions that start after the pad id.
AFTER_PAD = ("data2vec-text", "roberta-prelayernorm", "xlm-roberta-xl", "esm")


def make(r, name):
    """A model in evaluation mode with random weights, its family, and the id of PAD."""
    family = FAMILIES[name](r)
    settings = family.settings
    vocabulary = settings["vocab_size"]
    ids = r.sample(range(vocabulary), 5)
    pad = ids[0] if r.random() < 0.5 else r.choice([0, 1, 2])
    if name in AFTER_PAD:
        settings["max_position_embeddings"] += pad + 1
    if name == "m2m_100":
        pad = min(pad, settings["max_position_embeddings"] + 1)  # the library needs a position of that number
    settings["pad_token_id"] = pad
    for key in ("bos_token_id", "eos_token_id", *family.special):
        settings[key] = ids[1]
    if name == "esm":
        settings["mask_token_id"] = ids[2] if ids[2] != pad else (pad + 1) % vocabulary
        settings["vocab_list"] = None
    size = settings.get("head_dim") or settings.get("hidden_size", 0) // settings.get("num_attention_heads", 1)
    if size == 2 and settings.get("rope_parameters", {}).get("rope_type") == "dynamic":
        settings["rope_parameters"]["rope_type"] = "linear"  # the library divides by 0
    torch.manual_seed(r.randrange(1 << 30))
    if name == "jina_bert":
        model = JinaBertModel(transformers.BertConfig(**settings)).eval()
        kind = "JinaBertModel"
    else:
        heads = [family.prefix + head for head in family.heads if hasattr(transformers, family.prefix + head)]
        kind = r.choice(heads)
        config = getattr(transformers, family.prefix + "Config")(**settings)
        config._attn_implementation = "eager"
        model = getattr(transformers, kind)(config).eval()
    randomize(model, name, family, r)
    return model, family, kind


def randomize(model, name, family, r):
    """Gives all parameters numbers with which heads differ."""
    settings = family.settings
    with torch.no_grad():
        for key, value in model.named_parameters():
            if not value.requires_grad:
                continue  # what is computed
            if value.ndim == 1:
                low = key.lower()
                is_norm = any(part in low for part in ("norm", "ln_", "ln.", ".ln", "emb_ln")) and key.endswith("weight")
                around = 0 if name == "gemma3_text" else 1
                value.copy_(torch.randn_like(value) * 0.2 + (around if is_norm else 0))
            elif "embed" in key or "shared" in key or "wte" in key or "wpe" in key or "relative_attention_bias" in key:
                value.copy_(torch.randn_like(value))
            else:
                value.copy_(torch.randn_like(value) * r.choice([0.7, 1.0, 1.3]) / value[0].numel() ** 0.5)
                if name in ("t5", "mt5", "umt5") and key.endswith(("SelfAttention.q.weight",)):
                    value.mul_(settings["d_kv"] ** -0.5)


def rename(folder, change):
    """Gives tensors of a saved folder other names."""
    for file in sorted(os.listdir(folder)):
        path = os.path.join(folder, file)
        if file.endswith(".safetensors"):
            save_file({change(name): tensor for name, tensor in load_file(path).items()}, path, metadata={"format": "pt"})
        elif file.endswith(".index.json"):
            index = json.load(open(path))
            index["weight_map"] = {change(name): shard for name, shard in index["weight_map"].items()}
            json.dump(index, open(path, "w"))


def save(r, model, family, name, folder):
    """Saves a model in one of the ways in which checkpoints are found; gives the tensors' type and words about the way."""
    dtype = r.choice([torch.float32] * 4 + [torch.float16, torch.bfloat16])
    sharded = r.random() < 0.2
    words = [str(dtype).removeprefix("torch.")] + ["sharded"] * sharded
    computed = {key: value.data.clone() for key, value in model.named_parameters() if not value.requires_grad}
    with torch.no_grad():
        for value in model.parameters():
            value.data = value.data.to(dtype)
        arguments = {}
        if family.rewrite and name in ("nomic_bert", "gte", "jina_embeddings_v3") and r.random() < 0.4:
            arguments["save_original_format"] = False
            words.append("new layout")
        model.save_pretrained(folder, max_shard_size="20KB" if sharded else "5GB", **arguments)
        stored = {name for file in os.listdir(folder) if file.endswith(".safetensors") for name in load_file(os.path.join(folder, file))}
        for key, value in model.named_parameters():
            # What is computed and not stored has all its digits.
            value.data = computed[key] if key in computed and key not in stored else value.data.to(torch.float32)
    path = os.path.join(folder, "config.json")
    config = json.load(open(path))
    if family.rewrite and not arguments:
        words += family.rewrite(r, folder, config)
    json.dump(config, open(path, "w"), indent=1)
    return dtype, words


# MARK: What the library computes


def encoder_of(model):
    """The part that is an encoder of text."""
    if hasattr(model, "get_encoder") and model.config.is_encoder_decoder or type(model).__name__.endswith("EncoderModel"):
        return model.get_encoder()
    return getattr(model, model.base_model_prefix, model)


def own_block(config, layer, size):
    """[query, key]: what a layer lets through whatever the mask says, by its definition."""
    query, key = torch.arange(size)[:, None], torch.arange(size)[None, :]
    kind, every = config.model_type, torch.ones(size, size, dtype=bool)
    if kind in ("gpt2", "llama", "clip_text_model"):
        return key <= query
    if kind == "qwen3":
        sliding = config.layer_types[layer] == "sliding_attention"
        return (key <= query) & ((query - key < config.sliding_window) if sliding else every)
    if kind == "gemma3_text":
        allowed = every if config.use_bidirectional_attention else key <= query
        near = (query - key).abs() < config.sliding_window
        return allowed & near if config.layer_types[layer] == "sliding_attention" else allowed
    return every


def compute(model, name, ids, attention_mask, token_types, mode):
    """Attentions, hidden states, rows of queries with a key in every layer, and the scores that the softmax was given."""
    base = encoder_of(model)
    config = base.config
    size = len(ids)
    allowed = attention_mask[None, :].expand(size, size).bool()
    if name == "deberta":
        allowed = allowed & attention_mask[:, None].bool()
    if mode == "causal":
        allowed = allowed.tril()
    rows = allowed.any(dim=1)
    for layer in range(config.num_hidden_layers):
        rows &= (allowed & own_block(config, layer, size)).any(dim=1)
    scores = []
    softmax = nn.functional.softmax

    def record(values, *arguments, **more):
        if values.ndim == 4 and values.shape[-2:] == (size, size):
            scores.append(values[0].detach().clone())
        return softmax(values, *arguments, **more)

    module = sys.modules[type(base).__module__]
    masks = {key: value for key, value in vars(module).items() if key.startswith("create_") and key.endswith("_mask")}
    is_causal = not bool(own_block(config, 0, size).all()) and name != "gemma3_text"
    restore, hook = None, None
    nn.functional.softmax = record
    try:
        with torch.no_grad():
            if name == "jina_bert":
                attentions, states = base.run(ids, allowed, token_types)
                return attentions.numpy(), states.numpy(), rows.numpy(), scores
            arguments = {"input_ids": ids[None], "attention_mask": attention_mask[None]}
            # GPT-2 would look its types up among the words; T5 and others take none.
            if token_types is not None and "token_type_ids" in inspect.signature(type(base).forward).parameters and name != "gpt2":
                arguments["token_type_ids"] = token_types[None]
            if mode == "causal" and not is_causal:
                if name == "deberta":
                    restore = base.encoder.get_attention_mask
                    base.encoder.get_attention_mask = lambda mask: allowed[None, None]
                if name == "layoutlm":
                    full = torch.where(allowed, 0.0, LOWEST)[None, None]
                    hook = base.encoder.register_forward_pre_hook(lambda module, given: (given[0], full, *given[2:]))
                for key in masks:
                    window = 0 if "sliding" in key else None
                    both = allowed
                    if name == "gemma3_text":
                        both = allowed & (torch.arange(size)[:, None] - torch.arange(size)).abs().lt(
                            config.sliding_window if window == 0 else size)  # fmt: skip
                    setattr(module, key, lambda *a, both=both, **k: torch.where(both, 0.0, LOWEST)[None, None])
            output = base(**arguments, output_attentions=True, output_hidden_states=True)
    finally:
        nn.functional.softmax = softmax
        for key, value in masks.items():
            setattr(module, key, value)
        if restore:
            base.encoder.get_attention_mask = restore
        if hook:
            hook.remove()
    attentions = torch.stack([layer[0] for layer in output.attentions]).numpy()
    hidden = torch.stack([state[0] for state in output.hidden_states]).numpy()
    return attentions, hidden, rows.numpy(), scores


def longest(model, name):
    """The longest text that is tried."""
    config = encoder_of(model).config
    size = getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None) or 60
    return size - config.pad_token_id - 1 if name in AFTER_PAD else size
