package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.http.problem.ProblemException;
import java.nio.charset.StandardCharsets;

/**
 * Limits the size of a job document: fires, claims and lists read many of them together. Each part
 * has its own bound, but 50 headers of a processor {@code http} may have 400 KiB together.
 */
public final class JobSizeRule {
  /** The maximum bytes of the stored form, which has all defaults. */
  public static final int MAX_BYTES = 256 * 1024;

  private JobSizeRule() {}

  /**
   * @param document as it would be stored
   * @throws ProblemException {@code INVALID} if it is too large
   */
  public static void require(JsonNode document) {
    int bytes = bytes(document);
    if (bytes > MAX_BYTES) {
      boolean parameters = bytes(document.path("parameters")) > bytes(document.path("processor"));
      String field = parameters ? "parameters" : "processor";
      throw ProblemException.invalid(
          field,
          "'"
              + field
              + "' is too long: the job would have "
              + bytes
              + " bytes, and a job must have at most "
              + MAX_BYTES
              + (parameters
                  ? ". Shorten its values; a control character takes six bytes."
                  : ". Shorten its headers or its text, or keep the text in a file of the workers."));
    }
  }

  private static int bytes(JsonNode part) {
    return part.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}
