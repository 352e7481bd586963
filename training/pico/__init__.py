"""Training of pico, the built-in unified model: from open data to a model folder."""
