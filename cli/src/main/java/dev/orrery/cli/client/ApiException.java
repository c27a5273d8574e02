package dev.orrery.cli.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Thrown when the scheduler refused a call, or could not be reached. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The code if no scheduler responded. */
  public static final String UNREACHABLE = "UNREACHABLE";

  private final ObjectNode problem;

  public ApiException(String code, String message) {
    this(JsonNodeFactory.instance.objectNode().put("code", code).put("detail", message), message);
  }

  /**
   * @param problem the problem document of the API
   * @param message for users
   */
  public ApiException(ObjectNode problem, String message) {
    super(message);
    this.problem = problem.deepCopy();
  }

  /** Returns the error code of the API, or {@link #UNREACHABLE}. */
  public String code() {
    return problem.path("code").asText();
  }

  /** Returns the path of the invalid field; empty if the problem has none. */
  public String field() {
    return problem.path("field").asText("");
  }

  /** Returns a copy of the problem document. */
  public ObjectNode problem() {
    return problem.deepCopy();
  }

  /** Returns true if a retry may succeed, because the scheduler restarts or is overloaded. */
  public boolean isTransient() {
    return code().equals(UNREACHABLE)
        || code().equals("UNAVAILABLE")
        || code().equals("OVERLOADED");
  }
}
