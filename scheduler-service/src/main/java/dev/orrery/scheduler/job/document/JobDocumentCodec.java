package dev.orrery.scheduler.job.document;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;

/** Reads documents back from the database. */
@Singleton
public class JobDocumentCodec {
  private final ObjectMapper json;

  JobDocumentCodec(ObjectMapper json) {
    this.json = json;
  }

  public JobDocument read(String document) {
    try {
      return JobDocumentReader.readStored(json.readTree(document));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A stored job document cannot be read", e);
    }
  }
}
