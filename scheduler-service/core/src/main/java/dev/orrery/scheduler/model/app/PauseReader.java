package dev.orrery.scheduler.model.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.JsonSchema;
import java.util.Optional;

/** Reads and validates the body of a pause request. */
public final class PauseReader {
  private static final String NOTE = "note";

  private PauseReader() {}

  /**
   * Returns the note; empty if the body has none.
   *
   * @param body null if the call has none
   * @throws dev.orrery.scheduler.base.problem.ProblemException naming the field at fault
   */
  public static Optional<String> note(JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body);
    Optional<String> note = fields.text(NOTE);
    fields.refuseUnknown();
    if (note.filter(text -> text.length() > PauseView.MAX_NOTE).isPresent()) {
      throw fields.invalid(NOTE, "must be at most " + PauseView.MAX_NOTE + " characters");
    }
    return note.filter(text -> !text.isBlank());
  }

  static JsonSchema schema() {
    return JsonSchema.object()
        .optional(
            NOTE,
            JsonSchema.text(PauseView.MAX_NOTE)
                .describedAs("Why it is paused, for people; shown until the resume."))
        .describedAs("A pause, with a note or without.")
        .example(JsonNodeFactory.instance.objectNode().put(NOTE, "The disk of the host is full"));
  }
}
