"""SmolLM2-135M-Instruct, tuned to write the traces with which an embedder finds the right passage; see README.md."""
