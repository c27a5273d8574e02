package dev.orrery.scheduler.model.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.base.json.JsonFields;
import java.util.List;
import java.util.Optional;

/** Reads and validates app documents. */
final class AppReader {
  static final int MAX_DESCRIPTION = 1000;

  private AppReader() {}

  /**
   * Returns the description; empty if the document has none.
   *
   * @param app the name in the path
   * @throws dev.orrery.scheduler.base.problem.ProblemException naming the field at fault
   */
  static Optional<String> description(String app, JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body).ignoring(List.of("paused", "pause"));
    Optional<String> name = fields.text("name");
    Optional<String> description = fields.text("description");
    fields.refuseUnknown();
    if (name.isPresent() && !name.get().equals(app)) {
      throw fields.invalid("name", "must be absent, or the name in the path");
    }
    if (description.filter(text -> text.length() > MAX_DESCRIPTION).isPresent()) {
      throw fields.invalid("description", "must be at most " + MAX_DESCRIPTION + " characters");
    }
    return description;
  }
}
