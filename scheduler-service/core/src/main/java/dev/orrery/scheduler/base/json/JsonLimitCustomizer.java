package dev.orrery.scheduler.base.json;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Limits the nesting depth, text and name lengths, and list sizes of JSON from callers, and rejects
 * duplicate fields and trailing content.
 */
@Singleton
class JsonLimitCustomizer implements ObjectMapperCustomizer {
  private static final int MAX_DEPTH = 50;
  private static final int MAX_TEXT = 8 * 1024 * 1024;
  private static final int MAX_NAME = 1000;

  @Override
  public void customize(ObjectMapper json) {
    json.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(MAX_TEXT)
                .maxNameLength(MAX_NAME)
                .build());
    // Otherwise one of two values of the same field would be dropped silently.
    json.enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    json.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    limitLists(json);
  }

  /** Does not limit writing: the bounds apply to requests. */
  private static void limitLists(ObjectMapper json) {
    AnnotationIntrospector present = json.getDeserializationConfig().getAnnotationIntrospector();
    json.setConfig(
        json.getDeserializationConfig()
            .with(AnnotationIntrospector.pair(new BoundedListIntrospector(), present)));
  }
}
