package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads JSON from callers without a token, with a limit on its tokens: a body of 1 MiB may have
 * 350,000 empty objects.
 */
public final class BoundedJson {
  /** A message of a worker has some 200; an empty object has two bytes, but eighty in memory. */
  static final int MAX_TOKENS = 20_000;

  private BoundedJson() {}

  /** Returns a copy that refuses JSON with more than 20,000 tokens. */
  public static ObjectMapper of(ObjectMapper json) {
    return json.copyWith(
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build())
            .build());
  }
}
