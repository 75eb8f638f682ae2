"""The pipeline: throughput, latency, ingest and memory, one after the other."""

from bench import ingest, latency, memory, throughput


def run() -> str:
    """Measure all four, and return the chapter of the report."""
    sections = [part.run() for part in (throughput, latency, ingest, memory)]
    return "\n\n".join(["## The pipeline (`bench/pipeline.py`)", *sections])


if __name__ == "__main__":
    print(run())
