"""Running the extraction over many articles: chunks, workers, journal, outputs."""
