package dev.orrery.cli.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads JSON that a server sends, which may be endless. A larger document ends with a {@link
 * com.fasterxml.jackson.core.exc.StreamConstraintsException}.
 */
public final class AnswerJson {
  /** The scheduler's pages have 2 MiB, and plans of 1000 jobs some more. */
  private static final int MAX_BYTES = 16 << 20;

  /** Objects in memory are larger than their JSON: 16 MiB of short ones would not fit. */
  private static final int MAX_TOKENS = 1_000_000;

  public static final String MAXIMUM =
      MAX_BYTES / 1024 / 1024 + " MiB or " + MAX_TOKENS + " JSON tokens";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BYTES)
                  .maxTokenCount(MAX_TOKENS)
                  .build())
          .build();

  private AnswerJson() {}

  public static ObjectMapper mapper() {
    return new ObjectMapper(FACTORY);
  }
}
