package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Singleton;

/** Reads the job documents that the database stores. */
@Singleton
public class JobDocumentCodec {
  /** Rules in memory: jobs of one kind have the same, and most fires are repeated. */
  private static final int MAX_RULES = 4_096;

  private final ObjectMapper json;
  private final Cache<String, FireRule> rules =
      Caffeine.newBuilder().maximumSize(MAX_RULES).build();

  JobDocumentCodec(ObjectMapper json) {
    this.json = json;
  }

  /**
   * Reads a document that any release may have written. Returns an unreadable document instead of
   * throwing an exception: it must not fail a statement that reads many documents.
   */
  public DocumentResult read(String document) {
    JsonNode tree = MissingNode.getInstance();
    try {
      tree = json.readTree(document);
      return new DocumentResult(JobDocumentReader.readStored(tree), null);
    } catch (JsonProcessingException | RuntimeException e) {
      return new DocumentResult(UnreadableDocument.of(tree), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads the part of a document that the column {@code fire_rule} contains. Does not throw: see
   * {@link #read}.
   *
   * @param rule null for a version without a trigger
   */
  public FireRule readFireRule(String rule) {
    return rule == null
        ? FireRule.unreadable("The job has no trigger.")
        : rules.get(rule, this::parseFireRule);
  }

  private FireRule parseFireRule(String rule) {
    try {
      return JobDocumentReader.readFireRule(json.readTree(rule));
    } catch (JsonProcessingException | RuntimeException e) {
      return FireRule.unreadable(String.valueOf(e.getMessage()));
    }
  }
}
