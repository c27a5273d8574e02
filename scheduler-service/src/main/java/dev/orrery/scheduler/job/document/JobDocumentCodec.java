package dev.orrery.scheduler.job.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import jakarta.inject.Singleton;

/** Reads documents back from the database. */
@Singleton
public class JobDocumentCodec {
  private final ObjectMapper json;

  JobDocumentCodec(ObjectMapper json) {
    this.json = json;
  }

  /**
   * Reads a document, which a newer or an older release may have written. An unreadable document
   * must not fail the statement that reads it with others, so it is a result and not an exception.
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
