package dev.orrery.scheduler.job.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import jakarta.inject.Singleton;

/** Reads stored documents. */
@Singleton
public class JobDocumentCodec {
  private final ObjectMapper json;

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
}
