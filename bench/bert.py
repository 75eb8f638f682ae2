"""A BERT-base of random weights as a Detoxify checkpoint: as slow as the real one, and as large."""

import json
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

from bench.corpus import real_comments

CLASSES = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = 30_522  # BERT's; learned from the same comments, so the tokens are of its kind


def save_random_bert(directory: Path) -> Path:
    """Save a checkpoint that Detoxify itself can load without a network; return its path."""
    vocabulary = _learned_vocabulary()
    tokenizer = transformers.BertTokenizer(vocab=vocabulary, model_max_length=512)
    tokenizer.save_pretrained(directory)
    transformers.set_seed(1)
    config = transformers.BertConfig(num_labels=len(CLASSES), vocab_size=VOCABULARY)
    config.save_pretrained(directory)
    model = transformers.BertForSequenceClassification(config)
    arch = {
        "num_classes": len(CLASSES),
        "model_type": str(directory),
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
    }
    settings = {"arch": {"args": arch}, "dataset": {"args": {"classes": CLASSES}}}
    path = directory / "random.ckpt"
    torch.save({"config": settings, "state_dict": model.state_dict()}, path)
    return path


def _learned_vocabulary() -> dict[str, int]:
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    trainer = WordPieceTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, min_frequency=2, show_progress=False
    )
    tokenizer.train_from_iterator(real_comments(12_000), trainer)
    vocabulary: dict[str, int] = json.loads(tokenizer.to_str())["model"]["vocab"]
    return vocabulary
