package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.nio.charset.StandardCharsets;

/**
 * Limits the total size of a job document, because claims and lists read many documents at once.
 * The limits of single fields are not enough: the 50 headers of an {@code http} processor can add
 * up to 400 KiB.
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
