package dev.orrery.scheduler.base.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.stream.Collectors;

/** Explains why a body is not the expected JSON. */
public final class MalformedJson {
  private MalformedJson() {}

  public static ProblemException of(JsonProcessingException e) {
    String field = field(e);
    if (e instanceof TooManyEntriesException) {
      return ProblemException.invalid(field, "'" + field + "' " + e.getOriginalMessage());
    }
    String where =
        e.getLocation() == null
            ? ""
            : " at line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr();
    return ProblemException.malformed(
        field, "The body is not what is expected" + where + ": " + e.getOriginalMessage());
  }

  private static String field(JsonProcessingException e) {
    if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
      return null;
    }
    return mapping.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }
}
